import Foundation
import Testing

/// Tests of the n-gram baselines that are shown beside the trained model.
struct BaselineTests {
  private static let heading = "validation set, per character:"

  /// Returns the names and numbers of the rows under the heading, or nothing if there is no heading.
  private static func rows(of outcome: Outcome, heading: String = heading) throws -> [String: [Double]] {
    let lines = outcome.errorLines.drop { $0 != heading }.dropFirst()
    guard let head = lines.first else { return [:] }
    #expect(head.hasSuffix("    nats    bits"))
    #expect(Set(lines.map(\.count)).count == 1, "columns are aligned")
    return try Dictionary(
      uniqueKeysWithValues: lines.dropFirst().map { line in
        let match = try #require(line.wholeMatch(of: #/  (.*?) {2,}([0-9.]+) {2,}([0-9.]+)/#), "\(line)")
        return (String(match.1), [Double(match.2) ?? .nan, Double(match.3) ?? .nan])
      })
  }

  @Test func modelsAreShownBesideEachOther() throws {
    let folder = try WorkFolder()
    let outcome = try folder.train("--baselines").expectSuccess()
    let rows = try Self.rows(of: outcome)
    #expect(rows.keys.sorted() == ["LSTM, 1 × 8 units"] + (1...5).map { "n-grams of order \($0)" })
    for (nats, bits) in rows.values.map({ ($0[0], $0[1]) }) { #expect(abs(nats / log(2) - bits) < 2e-4) }

    let best = try #require(
      outcome.errorLines.compactMap { $0.firstMatch(of: /best validation loss: ([0-9.]+) nats, ([0-9.]+) bits/) }.first)
    #expect(rows["LSTM, 1 × 8 units"] == [Double(best.1) ?? .nan, Double(best.2) ?? .nan])

    // The last tenth is held out, and its first character is not predicted.
    let text = Array(TinyTraining.text)
    let training = text.prefix(text.count * 9 / 10)
    let counts = Dictionary(training.map { ($0, 1.0) }, uniquingKeysWith: +)
    let kinds = Double(counts.count)
    let costs = text.dropFirst(training.count + 1).map { character in
      -log(((counts[character] ?? 0) + kinds / 13) / (Double(training.count) + kinds))
    }
    let loss = costs.reduce(0, +) / Double(costs.count)
    #expect(abs(try #require(rows["n-grams of order 1"]?[0]) - loss) < 6e-5)
    let losses = (1...5).compactMap { rows["n-grams of order \($0)"]?[0] }
    #expect(losses == losses.sorted(by: >), "the text is repetitive")
  }

  @Test func theyChangeNothingElse() throws {
    let (plain, with) = (try WorkFolder(), try WorkFolder())
    let lines = try plain.train().expectSuccess().errorLines
    let more = try with.train("--baselines").expectSuccess().errorLines
    #expect(more.count == lines.count + 8)
    for name in ["checkpoint.bin", "checkpoint.last.bin"] {
      #expect(try with.bytes(of: name) == plain.bytes(of: name))
    }
    // If requested later, they are shown for the finished run.
    let later = try plain.train("--continue", "--baselines").expectSuccess()
    #expect(try Self.rows(of: later) == Self.rows(of: with.train("--continue", "--baselines")))
    #expect(try Self.rows(of: later).count == 6)
  }

  @Test func aDryRunHasNoModelToCompare() throws {
    let folder = try WorkFolder()
    let rows = try Self.rows(of: folder.train("--dry-run", "--baselines").expectSuccess())
    #expect(rows.keys.sorted() == (1...5).map { "n-grams of order \($0)" })
    #expect(try folder.names() == ["text.txt"])
  }

  @Test func unitsAreNamed() throws {
    let folder = try WorkFolder()
    let outcome = try folder.train("--dry-run", "--baselines", "--unit", "byte").expectSuccess()
    #expect(try Self.rows(of: outcome, heading: "validation set, per byte:").count == 5)
  }

  /// The baselines train on the same training set as the model and are evaluated on the same characters, for every
  /// split.
  @Test(arguments: [
    ["--split", "interleaved"], ["--lines"], ["--val-file", "other.txt"], ["--test-fraction", "0.1"],
  ])
  func whateverIsHeldOut(options: [String]) throws {
    let folder = try WorkFolder()
    let lines = TinyTraining.text.split(separator: "\n").reversed()
    try folder.write(lines.joined(separator: "\n") + "\n", to: "other.txt")
    let losses = try Self.rows(of: folder.train(["--baselines"] + options).expectSuccess()).compactMapValues(\.first)
    #expect(losses.count == 6)
    #expect(losses.values.allSatisfy { $0 > 0.1 && $0 < log(13.0) })
    let plain = try Self.rows(of: folder.train("--dry-run", "--baselines")).compactMapValues(\.first)
    #expect((1...5).allSatisfy { plain["n-grams of order \($0)"] != losses["n-grams of order \($0)"] })
  }

  @Test func nothingToShow() throws {
    let folder = try WorkFolder()
    #expect(
      try folder.train("--dry-run", "--baselines", "--val-fraction", "0").expectSuccess().errorLines.last
        == "lstm-train: notice: --baselines needs a validation set; give a higher --val-fraction")
    try folder.train("--baselines", "--quiet").expect(
      status: 64, error: "lstm-train: --baselines and --quiet leave nothing to print; give one of them\n")
  }
}
