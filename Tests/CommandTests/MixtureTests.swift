import Foundation
import Testing

/// Tests of `--with` and `--mix`, and of `--adapt` in sampling.
struct MixtureTests {
  /// A folder with two models of one text, `checkpoint.bin` and `other.bin`.
  private func makeFolder(_ options: String...) throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    for (seed, file) in [("2", "other.bin"), ("1", "checkpoint.bin")] {
      #expect(try folder.train(["--seed", seed, "-o", file] + options).status == 0)
    }
    return folder
  }

  private func sample(_ folder: WorkFolder, _ options: [String]) throws -> Outcome {
    try folder.run(.sample, options + ["checkpoint.bin"])
  }

  @Test func aMixtureIsScoredByTheMeanOfTheProbabilities() throws {
    let folder = try makeFolder()
    func losses(_ arguments: [String]) throws -> [Double] {
      try folder.rows(arguments + ["--per-character", "text.txt"]).map { try #require(Double($0[2])) }
    }
    let first = try losses([])
    let outcome = try folder.run(.score, ["other.bin", "--quiet", "--per-character", "text.txt"])
    let second = outcome.output.split(separator: "\n").compactMap {
      $0.split(separator: "\t").last.flatMap { Double($0) }
    }
    #expect(first.count == second.count && first != second)
    for (options, weight) in [([], 0.5), (["--mix", "0.9,0.3"], 0.75)] {
      let mixed = try losses(["--with", "other.bin"] + options)
      for (mixed, (first, second)) in zip(mixed, zip(first, second)) {
        #expect(abs(mixed + log(weight * exp(-first) + (1 - weight) * exp(-second))) < 3e-6)
      }
      let total = try folder.scores(["--with", "other.bin", "text.txt"] + options).total
      #expect(abs(total.natsPerCharacter - mixed.reduce(0, +) / Double(mixed.count)) < 1e-3)
    }
  }

  @Test(arguments: [["--temperature", "0"], ["--beam", "3"], ["--count", "3", "--seed", "5"]])
  func aMixtureOfAModelWithItselfIsThatModel(_ options: [String]) throws {
    let folder = try makeFolder()
    let alone = try sample(folder, options + ["--length", "60"])
    #expect(alone.status == 0, "\(alone.error)")
    let mixed = try sample(folder, options + ["--length", "60", "--with", "checkpoint.bin"])
    #expect(mixed.status == 0 && mixed.error.isEmpty, "\(mixed.error)")
    #expect(mixed.output == alone.output)
  }

  @Test func aMixtureSamplesFromTheMeanOfTheProbabilities() throws {
    let folder = try makeFolder()
    func probabilities(_ checkpoint: String, _ options: String...) throws -> [String: Double] {
      let outcome = try folder.run(
        .sample, [checkpoint, "--prime", "the ", "--length", "1", "--show-probabilities", "--seed", "1"] + options)
      let fields = outcome.output.dropLast().split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(
        uniqueKeysWithValues: try stride(from: 0, to: fields.count - 1, by: 2).map {
          (fields[$0], try #require(Double(fields[$0 + 1])))
        })
    }
    let (first, second) = (try probabilities("checkpoint.bin"), try probabilities("other.bin"))
    let mixed = try probabilities("checkpoint.bin", "--with", "other.bin", "--mix", "3,1")
    let common = mixed.keys.filter { first[$0] != nil && second[$0] != nil }
    #expect(!common.isEmpty)
    for key in common {
      let (first, second) = (try #require(first[key]), try #require(second[key]))
      #expect(abs(try #require(mixed[key]) - (0.75 * first + 0.25 * second)) < 1e-5)
    }
  }

  @Test func modelsThatCannotBeMixed() throws {
    let folder = try makeFolder()
    try folder.write("zebra zoo\n" + TinyTraining.text, to: "more.txt")
    #expect(try folder.train("-o", "zebra.bin", texts: ["more.txt"]).status == 0)
    #expect(try folder.train("--lines", "-o", "lines.bin").status == 0)
    for tool in [BuiltTool.score, .sample] {
      let text = tool == .score ? ["text.txt"] : []
      try folder.run(tool, ["checkpoint.bin", "--with", "zebra.bin"] + text).expect(
        status: 65,
        error: "\(tool.rawValue): zebra.bin: another vocabulary than that of checkpoint.bin; give models that were "
          + "trained on the same text\n")
      try folder.run(tool, ["checkpoint.bin", "--with", "lines.bin"] + text).expect(
        status: 65,
        error: "\(tool.rawValue): lines.bin: other records than those of checkpoint.bin; give models that were "
          + "trained with the same --lines or --records\n")
      try folder.run(tool, ["checkpoint.bin", "--with", "other.bin", "--mix", "1,2,3"] + text).expect(
        status: 64,
        error: "\(tool.rawValue): --mix has 3 weights for 2 models; give one for each, the first for the checkpoint "
          + "before --with\n")
      try folder.run(tool, ["checkpoint.bin", "--mix", "1,2"] + text).expect(
        status: 64, error: "\(tool.rawValue): --mix is for --with; give that, too\n")
      #expect(try folder.run(tool, ["checkpoint.bin", "--with", "missing.bin"] + text).status == 66)
    }
  }

  @Test func aModelLearnsFromItsPrompt() throws {
    let folder = try makeFolder()
    let before = try folder.bytes(of: "checkpoint.bin")
    try folder.write(String(repeating: "tide tide rose\nthe the the\n", count: 80), to: "prompt.txt")
    let options = ["--temperature", "0", "--no-echo", "--length", "54", "--prime-file", "prompt.txt"]
    let still = try sample(folder, options)
    let adapted = try sample(folder, options + ["--adapt", "0.5"])
    #expect(adapted.status == 0 && adapted.error.isEmpty, "\(adapted.error)")
    #expect(adapted.output != still.output)
    let automatic = try sample(folder, options + ["--adapt", "auto"])
    #expect(automatic.status == 0 && automatic.output != still.output)
    try sample(folder, options + ["--adapt", "1e38"]).expect(
      status: 76,
      error: "lstm-sample: the model diverged while it followed the text; lower --adapt, or give --adapt auto\n")
    let withoutPrompt = try sample(folder, ["--adapt", "auto", "--temperature", "0"])
    #expect(withoutPrompt.error == "lstm-sample: notice: --adapt auto has no effect: it is for a prompt\n")
    #expect(try withoutPrompt.output == sample(folder, ["--temperature", "0"]).output)
    #expect(try folder.bytes(of: "checkpoint.bin") == before)
  }
}
