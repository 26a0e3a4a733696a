import Foundation
import RecurrentEngine
import Testing

/// Tests of the vocabulary: rare characters as one unknown symbol, and the characters of a fine-tuned model.
struct MinCountTests {
  /// Words with a rare character in every fifth one, each kind once.
  private static let text: String = {
    let words = ["sea", "wind", "rose", "and", "the", "tide"]
    return (0..<400).map { (index: Int) -> String in
      let word = words[(index * index + index / 3) % words.count]
      let rare = Unicode.Scalar(UInt32(0x4E00 + index)).map { String($0) } ?? ""
      return word + (index % 5 == 2 ? rare : "") + (index % 9 == 8 ? "\n" : " ")
    }.joined()
  }()

  private func makeFolder(_ options: String...) throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.write(Self.text, to: "text.txt")
    try folder.write("sea and \u{4E01}tide\u{4E03} the \u{20AC}\n", to: "other.txt")
    try folder.train(["--min-count", "2", "--epochs", "4"] + options).expectSuccess()
    return folder
  }

  @Test func foldedCharactersAreReportedAndScored() throws {
    let folder = try makeFolder("--val-file", "other.txt", "--test-file", "other.txt", "--baselines")
    let lines = try folder.train("--min-count", "2", "--overwrite", "--val-fraction", "0").expectSuccess().errorLines
    #expect(lines.contains("unknown symbol: 80 rare characters of 80 kinds"))
    let vocabulary = try Checkpoint(path: folder.path(of: "checkpoint.bin")).model.vocabulary
    #expect(vocabulary.foldedCount == 80 && vocabulary.entries[0].isEmpty && vocabulary.count == 14)
    let words = try folder.run(.inspect, ["checkpoint.bin"]).output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.contains("(unknown: 80 folded kinds)") && words.contains(" --min-count 2 "))
  }

  @Test(arguments: ["character", "grapheme"])
  func scoresAgree(unit: String) throws {
    let folder = try makeFolder("--val-file", "other.txt", "--unit", unit)
    let loss = try #require(LossCurveFile(folder.text(of: "loss.csv")).numbers("val_loss").last)
    let total = try folder.scores(["other.txt"]).total
    #expect(total.characters == 20 && total.unknownCharacters == 3 && total.bytes == 26)
    let best = try Checkpoint(path: folder.path(of: "checkpoint.bin")).progress.validationLoss
    #expect(abs(total.natsPerCharacter - (best ?? loss)) < 1e-6)
    for option in ["skip", "charge", "nearest"] {
      #expect(try folder.scores(["--unknown", option, "other.txt"]).total.nats == total.nats)
    }
    let rows = try folder.rows(["--per-character", "other.txt"])
    #expect(rows.map { $0[1] }.contains("\u{4E01}") && rows.count == 20)
    #expect(abs(rows.reduce(0) { $0 + (Double($1[2]) ?? .nan) } - total.nats) < 1e-4)
    // Two folded characters cost the same at the same place, at least the logarithm of their number.
    try folder.write("sea and \u{4E07}tide\u{4E03} the \u{5555}\n", to: "other.txt")
    let others = try folder.rows(["--per-character", "other.txt"])
    #expect(others.map { $0[2] } == rows.map { $0[2] })
    #expect(
      rows.filter { $0[1].unicodeScalars.first.map { $0.value > 127 } == true }
        .allSatisfy { Double($0[2]) ?? 0 > log(80) })
  }

  @Test func theSymbolIsSampledOnlyIfAllowed() throws {
    let folder = try makeFolder()
    func sample(_ options: String...) throws -> String {
      try folder.run(.sample, ["--seed", "1", "--length", "2000"] + options + ["checkpoint.bin"]).expectSuccess().output
    }
    #expect(try !sample().contains("\u{FFFD}") && !sample("--top-k", "3").contains("\u{FFFD}"))
    #expect(try sample("--allow-unknown").contains("\u{FFFD}"))
    let beam = try folder.run(.sample, ["--beam", "3", "--length", "50", "checkpoint.bin"]).expectSuccess().output
    #expect(!beam.contains("\u{FFFD}"))
    let outcome = try folder.run(.sample, ["--prime", "the \u{4E02}", "--length", "5", "checkpoint.bin"])
      .expectSuccess()
    #expect(outcome.output.hasPrefix("the \u{FFFD}"))
    #expect(
      outcome.errorLines == [
        "lstm-sample: notice: --prime: not in the model's vocabulary: 1 character read as the unknown symbol"
      ])
    try folder.run(.sample, ["--allow", "\u{4E02}", "checkpoint.bin"]).expect(
      status: 64, error: "lstm-sample: --allow leaves none of the characters that the model knows; leave some\n")
  }

  /// A resumed run writes the same bytes.
  @Test func runsAreResumed() throws {
    let (whole, parts) = (try makeFolder(), try WorkFolder())
    try parts.write(Self.text, to: "text.txt")
    try parts.train("--min-count", "2", "--epochs", "4", "--stop-after", "11").expectSuccess()
    try parts.run(.train, ["--resume", "checkpoint.last.bin", "text.txt"]).expectSuccess()
    for name in ["checkpoint.bin", "checkpoint.last.bin"] {
      #expect(try parts.bytes(of: name) == whole.bytes(of: name))
    }
    try parts.run(.train, ["--resume", "checkpoint.last.bin", "--min-count", "3", "text.txt"]).expect(
      status: 64,
      error:
        "lstm-train: --min-count 3 contradicts checkpoint.last.bin, which has --min-count 2; leave the option out\n")
  }

  @Test func limits() throws {
    let folder = try makeFolder()
    let outcome = try folder.train("--min-count", "5000", "--overwrite")
    #expect(outcome.status == 65)
    #expect(
      outcome.errorLines.last == "lstm-train: text.txt: --min-count 5000 folds every character; lower it")
    // Where nothing is rare, the option changes nothing but the arguments.
    let plain = try WorkFolder()
    try plain.train("--min-count", "2").expectSuccess()
    #expect(try Checkpoint(path: plain.path(of: "checkpoint.bin")).model.vocabulary.unknownID == nil)
  }

  /// A fine-tuned model still reads the text of its parent, unless its vocabulary is that of its corpus.
  @Test func fineTunedModelsKnowTheirParentsText() throws {
    let folder = try WorkFolder()
    try folder.train("--epochs", "10").expectSuccess()
    try folder.write(TinyTraining.text.replacing("rose", with: "lily"), to: "other.txt")
    let fresh = try folder.scores(["text.txt"]).total
    let options = ["--init-from", "checkpoint.bin", "--epochs", "1", "--learning-rate", "0.0001", "other.txt"]
    let union = try folder.run(.train, ["-o", "union.bin"] + options).expectSuccess().errorLines
    #expect(union.contains("2 characters new, with random weights: 'l' 'y'"))
    #expect(!union.contains { $0.contains(" dropped, ") })
    let score = try folder.run(.score, ["--json", "--quiet", "union.bin", "text.txt"]).expectSuccess().outputBytes
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let total = try decoder.decode(ScoreFigures.self, from: score).total
    #expect(total.characters == fresh.characters && total.natsPerCharacter < 2 * fresh.natsPerCharacter + 1)
    try folder.run(.train, ["-o", "corpus.bin", "--vocabulary", "corpus"] + options).expectSuccess()
    #expect(try folder.run(.score, ["corpus.bin", "text.txt"]).status == 65)

    // A stopped run keeps its vocabulary.
    try folder.run(.train, ["-o", "part.bin", "--stop-after", "1"] + options).expectSuccess()
    try folder.run(.train, ["--resume", "part.last.bin", "other.txt"]).expectSuccess()
    #expect(try folder.bytes(of: "part.bin") == folder.bytes(of: "union.bin"))
    let idle = try folder.train("--vocabulary", "corpus", "--overwrite").expectSuccess().errorLines
    #expect(idle.contains("lstm-train: notice: --vocabulary corpus has no effect: it is for --init-from"))
  }
}
