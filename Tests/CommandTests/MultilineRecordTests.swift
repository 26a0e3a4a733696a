import Foundation
import Testing

/// Tests of training on records of several lines, and of the other tools with such a model.
struct MultilineRecordTests {
  /// Verses of two lines whose second line follows from the first one.
  private static let verses: [String] = ["ab", "bc", "ca", "abc", "bca", "cab", "aab", "bbc"].flatMap {
    (word: String) -> [String] in
    let second: String = "\n" + word.uppercased()
    return [word + second, word + word + second]
  }
  private static let separators: [(typed: String, text: String)] = [
    ("blank-line", "\n\n"), ("---", "\n---\n"), ("nul", "\0"), ("\u{1E}", "\u{1E}"), ("newline", "\n"),
  ]

  private func makeFolder(_ separator: (typed: String, text: String), _ options: String...) throws -> WorkFolder {
    let folder = try WorkFolder()
    let text = (0..<6).flatMap { _ in Self.verses }.joined(separator: separator.text) + separator.text
    try folder.write(text, to: "text.txt")
    try folder.write("ab\nAB" + separator.text + "cab\nCAB", to: "other.txt")
    try folder.train(
      ["--records", separator.typed, "--epochs", "30", "--learning-rate", "0.02", "--hidden", "16"] + options
    )
    .expectSuccess()
    return folder
  }

  /// Sampled records are whole, and a text of samples is one to train on and to score.
  @Test(arguments: separators.indices)
  func recordsAreWrittenWhole(index: Int) throws {
    let separator = Self.separators[index]
    let folder = try makeFolder(separator)
    let outcome = try folder.run(.sample, ["--count", "50", "--seed", "1", "checkpoint.bin"]).expectSuccess()
    let records = outcome.output.components(separatedBy: separator.text)
    #expect(records.count == 51 && records.last == "")
    if separator.typed != "newline" {
      let whole = records.dropLast().count { record in
        let lines = record.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count == 2 && lines[1] == lines[1].uppercased()
      }
      #expect(whole > 40, "\(records)")
    }
    try folder.write(outcome.output, to: "samples.txt")
    let score = try folder.scores(["samples.txt"]).total
    let characters = outcome.output.unicodeScalars.count - 50 * (separator.text.unicodeScalars.count - 1)
    #expect(score.characters == characters && score.bytes == outcome.output.utf8.count)

    try folder.run(.sample, ["--prime", "ab\nA", "--count", "4", "--no-echo", "checkpoint.bin"])
      .expectPrompt(isRefused: separator.typed == "newline")
    let table = try folder.run(.sample, ["--show-probabilities", "--temperature", "0", "checkpoint.bin"]).output
    let escaped = separator.text.replacing("\n", with: "\\n")
    #expect(table.split(separator: "\n").last?.hasPrefix(escaped + "\t") == true, "\(table)")
    let beam = try folder.run(.sample, ["--beam", "3", "checkpoint.bin"]).output
    #expect(beam.hasSuffix(separator.text) && beam.components(separatedBy: separator.text).count == 2)
  }

  /// Scoring, per character as in total, finds the same records and costs as validation, whatever the line endings are
  /// and wherever files end.
  @Test(arguments: separators.indices, ["character", "byte", "grapheme"])
  func scoresAreThoseOfValidation(index: Int, unit: String) throws {
    let separator = Self.separators[index]
    let folder = try makeFolder(separator, "--unit", unit, "--epochs", "1", "--val-file", "other.txt")
    let loss = try #require(LossCurveFile(folder.text(of: "loss.csv")).numbers("val_loss").last)
    for options in [[], ["--streams", "1"]] {
      let score = try folder.scores(options + ["other.txt"]).total
      #expect(abs(score.natsPerCharacter - loss) < 1e-6)
      #expect(score.bytes == "ab\nABcab\nCAB".utf8.count + 2 * separator.text.utf8.count)
    }
    let total = try folder.scores(["other.txt"]).total
    let rows = try folder.rows(["--per-character", "other.txt"])
    #expect(rows.count == total.characters)
    #expect(abs(rows.reduce(0) { $0 + (Double($1[2]) ?? .nan) } - total.nats) < 1e-4)
    try folder.write(separator.text + separator.text + "ab\nAB" + separator.text + separator.text, to: "first.txt")
    let first = try folder.scores(["first.txt"]).total
    try folder.write("cab\nCAB", to: "second.txt")
    let second = try folder.scores(["second.txt"]).total
    #expect(first.characters + second.characters == total.characters && first.bytes + second.bytes == total.bytes)
    #expect(abs(first.nats + second.nats - total.nats) < 1e-4)
    try folder.write(separator.text + separator.text, to: "empty.txt")
    #expect(try folder.score(["empty.txt"]).status == 65)
    if separator.text.first == "\n" {
      try folder.write(
        "ab\r\nAB\(separator.text.replacing("\n", with: "\r\n"))cab\r\nCAB\r\n", to: "pairs.txt")
      #expect(abs(try folder.scores(["pairs.txt"]).total.nats - total.nats) < 1e-4)
    }
  }

  /// `--lines` is short for `--records newline`: the same bytes.
  @Test func linesAreRecords() throws {
    let folders = try [["--lines"], ["--records", "newline"]].map { options in
      let folder = try WorkFolder()
      try folder.train(options + ["--val-lines", "20"]).expectSuccess()
      return try ["checkpoint.bin", "checkpoint.last.bin"].map(folder.bytes)
    }
    #expect(folders[0] == folders[1])
  }

  /// A resumed run of records ends with the same bytes; other options contradict it.
  @Test func runsAreResumed() throws {
    let (whole, parts) = (try makeFolder(Self.separators[1], "--val-records", "9"), try WorkFolder())
    try parts.write(whole.bytes(of: "text.txt"), to: "text.txt")
    let options = [
      "--records", "---", "--epochs", "30", "--learning-rate", "0.02", "--hidden", "16", "--val-records", "9",
    ]
    try parts.train(options + ["--stop-after", "7"]).expectSuccess()
    let resumed = try parts.run(.train, ["--resume", "checkpoint.last.bin", "text.txt"]).expectSuccess()
    #expect(resumed.errorLines.contains { $0.hasPrefix("records: 87 for training, 9 for validation") })
    for name in ["checkpoint.bin", "checkpoint.last.bin"] {
      #expect(try parts.bytes(of: name) == whole.bytes(of: name))
    }
    try parts.run(.train, ["--resume", "checkpoint.last.bin", "--lines", "text.txt"]).expect(
      status: 64,
      error: "lstm-train: --lines contradicts checkpoint.last.bin, which has no --lines; leave the option out\n")
    let words = try parts.run(.inspect, ["checkpoint.bin"]).output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.contains("; each record is a separate text") && words.contains(" --records --- "), "\(words)")
  }

  /// Each file ends a record, and separators at the start of a file are no records.
  @Test func filesAreRecords() throws {
    let folder = try WorkFolder()
    for (index, verse) in Self.verses.enumerated() { try folder.write("---\n" + verse, to: "verse\(index).txt") }
    let outcome = try folder.bash("lstm-train --records --- --epochs 1 --test-fraction 0.2 verse*.txt")
    #expect(outcome.errorLines.contains("records: 11 for training, 1 for validation, 4 for testing"))
    try folder.run(.train, ["--records", "%", "verse1.txt"]).expectLast(
      status: 65,
      error: "lstm-train: verse1.txt: no line '%', and so no records (\(try folder.text(of: "verse1.txt").count) "
        + "characters); leave out --records")
    try folder.run(.train, ["--records", "", "verse1.txt"]).expect(
      status: 64,
      error: "lstm-train: --records takes newline, nul, blank-line, or a text of at most 254 bytes without a carriage "
        + "return, not ''\n")
  }

  /// Models of different separators are not mixed, and the other tools read records, too.
  @Test func otherToolsReadRecords() throws {
    let folder = try makeFolder(Self.separators[0], "--baselines", "--gradient-flow-every", "20")
    for options in [["--activations", "other.txt"], ["--gradient-flow", "text.txt", "--lags", "4"]] {
      try folder.run(.inspect, options + ["checkpoint.bin"]).expectSuccess()
    }
    let plain = try WorkFolder()
    try plain.write(folder.bytes(of: "text.txt"), to: "text.txt")
    try plain.train("--unit", "byte", "--records", "blank-line", "--val-fraction", "0", "--epochs", "1").expectSuccess()
    let listing = try plain.run(.inspect, ["--json", "checkpoint.bin"]).expectSuccess().output
    #expect(listing.contains(#""\n\n""#))
    try folder.train(
      "-o", "fine.bin", "--init-from", "checkpoint.bin", "--hidden", "16", "--epochs", "1", "--records", "newline"
    )
    .expectSuccess()
  }
}

extension Outcome {
  /// Checks whether a prompt with a line feed is refused.
  fileprivate func expectPrompt(isRefused: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(status == (isRefused ? 64 : 0), sourceLocation: sourceLocation)
  }

  fileprivate func expectLast(status: Int32, error: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(self.status == status && errorLines.last == error, "\(self.error)", sourceLocation: sourceLocation)
  }
}
