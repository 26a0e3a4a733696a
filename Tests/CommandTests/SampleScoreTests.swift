import Foundation
import Testing

/// Tests of the probabilities of generated texts.
struct SampleScoreTests {
  private static let names = "anna\nbella\ncarla\ndella\nella\nfiona\ngina\nhanna\nida\njo\nkaja\nlena\nmia\nnell\n"

  private func makeFolder(_ options: String...) throws -> WorkFolder {
    let folder = try WorkFolder()
    if options.contains("--lines") { try folder.write(Self.names, to: "text.txt") }
    try folder.train(["--epochs", "20"] + options).expectSuccess()
    return folder
  }

  private func samples(_ options: [String], in folder: WorkFolder) throws -> [(score: Double, text: String)] {
    let output = try folder.run(.sample, ["--scores"] + options + ["checkpoint.bin"]).expectSuccess().output
    return try output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      try #require(fields.count == 2)
      return (try #require(Double(fields[0])), String(fields[1]))
    }
  }

  /// Filters and the temperature change the texts, but not what a text's probability is.
  @Test(arguments: [
    [], ["--temperature", "0.5", "--top-p", "0.8"], ["--temperature", "2"], ["--repetition-penalty", "1.5"],
    ["--ban", "ae"], ["--beam", "6", "--best", "5"], ["--beam", "6", "--best", "5", "--ban", "a"],
  ])
  func linesHaveTheProbabilityThatScoringGives(options: [String]) throws {
    let folder = try makeFolder("--lines")
    let count = options.contains("--beam") ? [] : ["--count", "70", "--seed", "1"]
    let found = try samples(options + count, in: folder).filter { $0.text != "" }
    #expect(found.count >= 4)
    try folder.write(found.map { "\($0.text)\n" }.joined(), to: "found.txt")
    let nats = try folder.rows(["--per-line", "found.txt"]).map { try #require(Double($0[1])) }
    #expect(nats.count == found.count)
    for (sample, nats) in zip(found, nats) { #expect(abs(sample.score + nats) < 1e-5, "\(sample.text)") }
  }

  @Test func aContinuationHasTheProbabilityThatScoringGives() throws {
    let folder = try makeFolder()
    let common = ["--prime", "the ", "--length", "40"]
    for options in [
      ["--count", "5", "--seed", "2", "--stop", "d"], ["--beam", "4"],
      ["--seed", "3", "--temperature", "0.7", "--with", "checkpoint.bin"],
    ] {
      for (score, text) in try samples(common + options, in: folder) {
        try folder.write(text.replacing("\\n", with: "\n"), to: "found.txt")
        let rows = try folder.rows(["--per-character", "found.txt"]).filter { Int($0[0]) ?? 0 >= 4 }
        #expect(abs(rows.reduce(0) { $0 + (Double($1[2]) ?? .nan) } + score) < 1e-4)
      }
    }
  }

  @Test func theTextsAreThoseWithoutScores() throws {
    let folder = try makeFolder("--lines")
    for options in [["--count", "100", "--seed", "3"], ["--beam", "5", "--best", "4"], ["--beam", "3"]] {
      let plain = try folder.run(.sample, options + ["checkpoint.bin"]).expectSuccess().output
      #expect(try samples(options, in: folder).map { "\($0.text)\n" }.joined() == plain)
    }
    let header = try folder.run(.sample, ["--scores", "--header", "--seed", "1", "checkpoint.bin"]).output
    #expect(header.hasPrefix("log_probability\ttext\n-"))
  }

  /// The best texts come in order, and the first one is that of a search for one.
  @Test func theBestTexts() throws {
    let folder = try makeFolder("--lines")
    let best = try samples(["--beam", "40", "--best", "10"], in: folder)
    #expect(best.count == 10 && Set(best.map(\.text)).count == 10)
    #expect(zip(best, best.dropFirst()).allSatisfy { $0.score >= $1.score })
    #expect(try samples(["--beam", "40"], in: folder).map(\.text) == [best[0].text])
    let plain = try WorkFolder()
    try plain.train().expectSuccess()
    let texts = try plain.run(.sample, ["--beam", "3", "--best", "2", "--length", "9", "checkpoint.bin"]).output
    #expect(texts.components(separatedBy: "\n---\n").count == 2)
    try plain.run(.sample, ["--beam", "3", "--best", "4", "checkpoint.bin"]).expect(
      status: 64, error: "lstm-sample: --best 4 is more than --beam 3 holds; raise --beam\n")
  }
}
