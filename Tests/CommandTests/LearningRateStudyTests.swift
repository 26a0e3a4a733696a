import Foundation
import RecurrentEngine
import Testing

@testable import lstm_study

/// Tests of `lstm-study learning-rate`.
struct LearningRateStudyTests {
  /// Options for a mini-batch that is not too small, because the loss of a single step is noisy.
  private static let options = [
    "learning-rate", "--hidden", "16", "--layers", "1", "--batch-size", "8", "--seq-length", "16",
    "--threads", "1", "--output-bias", "zero", "--temporal-regularization", "0",
  ]

  private func find(_ folder: WorkFolder, _ options: String..., environment: [String: String] = [:]) throws -> Outcome {
    try find(folder, options, environment: environment)
  }

  private func find(
    _ folder: WorkFolder, _ options: [String], environment: [String: String] = [:]
  ) throws -> Outcome {
    try folder.write(TinyTraining.text, to: "text.txt")
    return try folder.run(.study, Self.options + options + ["text.txt"], environment: environment)
  }

  @Test(arguments: TrainingRunTests.cells, ["adam", "rmsprop", "sgd"])
  func theRateTeaches(cell: [String], optimizer: String) throws {
    let folder = try WorkFolder()
    let outcome = try find(folder, ["--optimizer", optimizer] + cell).expectSuccess()
    #expect(try folder.names() == ["text.txt"], "nothing is written")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    let words = try #require(lines.last).split(separator: " ").map(String.init)
    try #require(words.count == 2 && words[0] == "--learning-rate")

    // At the recommended rate a run learns more than at a hundredth of it, and does not diverge.
    func loss(_ rate: String) throws -> Double {
      let options = ["--optimizer", optimizer, "--learning-rate", rate, "--steps", "120", "--overwrite"] + cell
      let lines = try folder.run(.train, Self.options.dropFirst() + options + ["text.txt"]).expectSuccess().errorLines
      let match = lines.compactMap { $0.firstMatch(of: /best validation loss: ([0-9.]+) nats/) }.first
      return try #require(match.flatMap { Double($0.1) })
    }
    // For SGD and so small a model, rates above half of the recommended one may be too high.
    let rate = try #require(Double(words[1])) / (optimizer == "sgd" ? 2 : 1)
    #expect(try loss("\(rate)") < 0.5 * loss("\(rate / 100)"))
  }

  @Test func quietItIsTheNumberAlone() throws {
    let folder = try WorkFolder()
    let outcome = try find(folder).expectSuccess()
    let quiet = try find(folder, "--quiet").expectSuccess()
    #expect(quiet.error == "")
    #expect(outcome.output.hasSuffix("\n--learning-rate \(quiet.output)"))
    #expect(quiet.output.wholeMatch(of: /0\.[0-9]+\n/) != nil)
    #expect(outcome.errorLines.map { $0.prefix { $0 != ":" } } == ["text", "settings", "model"])
    // The rate does not depend on the number of threads, but on the optimizer.
    #expect(try find(folder, "--quiet", "--threads", "2").output == quiet.output)
    #expect(try find(folder, "--quiet", "--optimizer", "sgd").output != quiet.output)
    // Another seed gives another run.
    #expect(try find(folder, "--quiet", "--seed", "2").output != quiet.output)
  }

  @Test(arguments: [40, 60, 80, 200])
  func thePlotFitsTheWindow(width: Int) throws {
    let folder = try WorkFolder()
    let outcome = try find(folder, environment: ["COLUMNS": "\(width)"])
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.map(\.count).max() == min(width, 80))
    let plot = lines.filter { $0.contains("│") }
    #expect(plot.count == 12)
    #expect(plot.allSatisfy { $0.contains("•") || $0.contains("┊") })
    #expect(lines.contains { $0.contains("└") && $0.count(where: { $0 == "┴" }) == 6 })
    #expect(lines.contains { $0.split(separator: " ").first == "1e-05" && $0.hasSuffix("1") })
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/script") && isLinux))
  func aTerminalWithoutUnicodeGetsASCII() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let command = "lstm-study \(Self.options.joined(separator: " ")) text.txt 2> errors.txt"
    for (locale, mark) in [("C", "*"), ("C.UTF-8", "•")] {
      let outcome = try folder.bash("script -qec '\(command)' /dev/null", environment: ["LC_ALL": locale])
      #expect(outcome.output.contains(mark))
      #expect(outcome.output.utf8.allSatisfy { $0 < 128 } == (locale == "C"))
    }
  }

  @Test func whereItBegins() throws {
    let folder = try WorkFolder()
    let lines = try find(folder, "--from", "0.0003").expectSuccess().output.split(separator: "\n")
    #expect(lines.contains { $0.split(separator: " ").first == "0.0003" })
    for (start, first) in [("1e20", "1e+20"), ("1e-30", "1e-30")] {
      try find(folder, "--quiet", "--from", start).expect(
        status: 76,
        error: "lstm-study: the loss does not fall at any learning rate from \(first) up; "
          + "try another --from, or a higher --batch-size\n")
    }
  }

  @Test(arguments: ["--resume", "--continue", "--learning-rate", "--schedule", "--checkpoint", "--log"])
  func foreignOptions(option: String) throws {
    let outcome = try WorkFolder().run(.study, ["learning-rate", option, "3", "text.txt"])
    #expect(outcome.status == 64 && outcome.error.hasPrefix("lstm-study: unknown option '\(option)'; "))
  }

  @Test func aModelOfItsOwn() throws {
    let folder = try WorkFolder()
    try folder.train("--quiet").expectSuccess()
    let before = try folder.names()
    let outcome = try folder.run(
      .study, ["learning-rate", "--quiet", "--threads", "1", "--init-from", "checkpoint.bin", "text.txt"])
    #expect(outcome.expectSuccess().output.wholeMatch(of: /[0-9.e-]+\n/) != nil)
    #expect(try folder.names() == before)
  }

  /// An artificial curve falls between the 40th and the 60th step and diverges at the end.
  @Test func theRecommendationIsBetweenFallAndBreak() throws {
    for (optimizer, share) in [(OptimizerConfiguration.Kind.adam, 0.45), (.sgd, 0.55)] {
      var search = LearningRateSearch(optimizer, first: 1e-4)
      var update = 0
      while !search.isFinished {
        search.append(update < 40 ? 4 : update < 60 ? 4 - Double(update - 40) / 10 : update < 100 ? 2 : .infinity)
        update += 1
      }
      #expect(update == 101)
      let position = search.step(of: try #require(search.recommendation))
      #expect(abs(position - (50 + share * 49)) < 4)
    }
    var flat = LearningRateSearch(.adam, first: nil)
    while !flat.isFinished { flat.append(4) }
    #expect(flat.recommendation == nil && abs(flat.nextRate - 1 * pow(10, 1 / 30)) < 1e-6)
    var none = LearningRateSearch(.adam, first: nil)
    none.append(.nan)
    #expect(none.isFinished && none.recommendation == nil)
  }
}
