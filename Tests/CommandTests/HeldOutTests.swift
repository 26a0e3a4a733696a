import Foundation
import Testing

/// Tests of the validation and test sets, whose losses must agree with those of `lstm-score`.
struct HeldOutTests {
  private func validationLoss(_ folder: WorkFolder) throws -> Double {
    try #require(LossCurveFile(folder.text(of: "loss.csv")).numbers("val_loss").last)
  }

  private func lastEvent(_ folder: WorkFolder) throws -> [String: Any] {
    let line = try #require(folder.text(of: "run.jsonl").split(separator: "\n").last)
    return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  /// Returns the loss in a line of output, which has four decimals.
  private func loss(_ lines: [String], _ start: String) throws -> Double {
    let line = try #require(lines.first { $0.hasPrefix(start) }, "\(lines)")
    return try #require(Double(line.dropFirst(start.count).prefix { $0 != " " }))
  }

  // MARK: Splits

  @Test func theEndOfEachStream() throws {
    let folder = try WorkFolder()
    let lines = try folder.train("--split", "interleaved", "--epochs", "1").expectSuccess().errorLines
    #expect(lines.contains { $0.hasSuffix("; validation set: 216 characters at the ends of 4 streams") })
    // Streams of 540 characters, the last 54 of each held out.
    let text = Array(TinyTraining.text.utf8)
    let files = try (0..<4).map { stream in
      let name = "end-\(stream).txt"
      try folder.write(Data(text[540 * stream + 486..<540 * (stream + 1)]), to: name)
      return name
    }
    let score = try folder.scores(files).total
    #expect(score.characters == 4 * 53)
    #expect(try abs(score.natsPerCharacter - validationLoss(folder)) < 1e-6)
    let inspection = try folder.run(.inspect, ["checkpoint.bin"]).output.split { $0.isWhitespace }
    #expect(inspection.joined(separator: " ").contains(" --split interleaved "))
  }

  @Test func theLastTestOfTheBestModel() throws {
    let folder = try WorkFolder()
    let options = ["--test-fraction", "0.2", "--json-log", "run.jsonl"]
    let lines = try folder.train(options).expectSuccess().errorLines
    #expect(lines.contains { $0.hasSuffix("; validation set: 216 characters at the end of the text, before the test") })
    #expect(lines.contains { $0.hasSuffix("; test set: 432 characters at the end of the text") })
    let text = Array(TinyTraining.text.utf8)
    try folder.write(Data(text[1_512..<1_728]), to: "validation.txt")
    try folder.write(Data(text[1_728...]), to: "test.txt")
    let test = try folder.scores(["test.txt"]).total
    let end = try lastEvent(folder)
    #expect(end["event"] as? String == "end")
    #expect(abs(try #require(end["test_loss"] as? Double) - test.natsPerCharacter) < 1e-9)
    #expect(try abs(loss(lines, "test loss of the best model: ") - test.natsPerCharacter) < 0.5001e-4)
    let best = try #require(LossCurveFile(folder.text(of: "loss.csv")).numbers("val_loss").min())
    #expect(try abs(folder.scores(["validation.txt"]).total.natsPerCharacter - best) < 1e-6)
    // A stopped run has no test loss.
    let stopped = try folder.train(options + ["--stop-after", "9", "--overwrite"]).expectSuccess()
    #expect(!stopped.error.contains("test loss"))
    #expect(try lastEvent(folder)["test_loss"] == nil)
  }

  // MARK: Texts

  private func makeTexts() throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    try folder.write("the tide! and the wind\n", to: "val.txt")
    try folder.write("rose and rose? the sea\n", to: "test.txt")
    return folder
  }

  @Test func separateValidationAndTestTexts() throws {
    let folder = try makeTexts()
    let lines = try folder.train("--val-file", "val.txt", "--test-file", "test.txt", "--json-log", "run.jsonl")
      .expectSuccess().errorLines
    #expect(
      lines.contains("lstm-train: notice: the vocabulary covers text.txt, val.txt, test.txt"), "\(lines)")
    #expect(lines.contains { $0.hasPrefix("best validation loss: ") && $0.hasSuffix("; validation set: val.txt") })
    #expect(lines.contains { $0.hasPrefix("test loss of the best model: ") && $0.hasSuffix("; test set: test.txt") })
    // The training set is the whole corpus: three epochs of all but the first character of each stream.
    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    #expect(curve.rows.last?["characters"] == "\(3 * (2_160 - 4))")
    let best = try #require(curve.numbers("val_loss").min())
    #expect(try abs(folder.scores(["val.txt"]).total.natsPerCharacter - best) < 1e-6)
    let test = try folder.scores(["test.txt"]).total
    #expect(try abs(#require(lastEvent(folder)["test_loss"] as? Double) - test.natsPerCharacter) < 1e-9)
    let words = try folder.run(.inspect, ["checkpoint.bin"]).output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.replacing(" \\ ", with: " ").contains(" --val-file validation.txt --test-file test.txt "), "\(words)")
  }

  @Test func aResumedRunNeedsTheSameTexts() throws {
    let (folder, whole) = (try makeTexts(), try makeTexts())
    try whole.train("--val-file", "val.txt", "--test-file", "test.txt").expectSuccess()
    try folder.train("--val-file", "val.txt", "--test-file", "test.txt", "--stop-after", "40").expectSuccess()
    func resume(_ options: String...) throws -> Outcome {
      try folder.run(.train, ["--resume", "checkpoint.last.bin"] + options + ["text.txt"])
    }
    try resume("--test-file", "test.txt").expect(
      status: 64, error: "lstm-train: checkpoint.last.bin is of a run with --val-file; give the same file again\n")
    try resume("--val-file", "val.txt").expect(
      status: 64, error: "lstm-train: checkpoint.last.bin is of a run with --test-file; give the same file again\n")
    try folder.write("the tide, and the wind\n", to: "other.txt")
    let other = try resume("--val-file", "other.txt", "--test-file", "test.txt")
    #expect(other.status == 65 && other.error.contains("not the text that checkpoint.last.bin was trained on"))
    // The same characters, one of them moved from one file to the other.
    try folder.write("the tide! and the wind\nr", to: "val-and.txt")
    try folder.write("ose and rose? the sea\n", to: "rest.txt")
    let moved = try resume("--val-file", "val-and.txt", "--test-file", "rest.txt")
    #expect(moved.status == 65 && moved.error.contains("(the same length, cut in other places)"))
    try resume("--val-file", "val.txt", "--test-file", "test.txt").expectSuccess()
    #expect(try ResumeTests.Result(folder) == ResumeTests.Result(whole))

    try folder.train("--stop-after", "9", "--overwrite").expectSuccess()
    try resume("--val-file", "val.txt").expect(
      status: 64,
      error:
        "lstm-train: --val-file contradicts checkpoint.last.bin, which is of a run without it; leave the option out\n")
  }

  @Test func textsThatCannotBeUsed() throws {
    let folder = try makeTexts()
    try folder.write("a", to: "short.txt")
    for (option, text, status, message) in [
      ("--val-file", "short.txt", 65, "short.txt: nothing to predict in it; give more text"),
      ("--test-file", "short.txt", 65, "short.txt: nothing to predict in it; give more text"),
      (
        "--val-file", "missing.txt", 66,
        "missing.txt: cannot open (No such file or directory); check the path"
      ),
      ("--log", "val.txt", 64, "--log would overwrite the text val.txt; choose another path"),
    ] as [(String, String, Int32, String)] {
      let outcome = try folder.train(["--val-file", "val.txt", option, text])
      #expect(outcome.status == status)
      #expect(outcome.errorLines.last == "lstm-train: \(message)")
    }
    try folder.train("--val-file", "-", texts: ["-"]).expect(
      status: 64, error: "lstm-train: standard input can be read only once; give - once\n")
    #expect(try folder.names() == ["short.txt", "test.txt", "text.txt", "val.txt"])
  }

  @Test(arguments: [
    (
      "--test-fraction 0.1 --test-file text.txt",
      "--test-fraction and --test-file both choose the test set; give one of them"
    ),
    (
      "--test-fraction 0.6 --val-fraction 0.4",
      "--val-fraction and --test-fraction leave nothing to train on; lower one of them"
    ),
  ])
  func optionsThatContradictEachOther(options: String, message: String) throws {
    let folder = try WorkFolder()
    try folder.train(options.split(separator: " ").map(String.init)).expect(
      status: 64, error: "lstm-train: \(message)\n")
  }

  // MARK: Patience

  /// With steps so small that nothing changes, the first validation stays the best.
  private static let stuck = ["--learning-rate", "1e-30", "--val-every", "5", "--patience", "3"]

  @Test func aRunEndsWhenNothingGetsBetter() throws {
    let (whole, pieces) = (try WorkFolder(), try WorkFolder())
    let lines = try whole.train(Self.stuck).expectSuccess().errorLines
    #expect(lines.contains("ended after step 20 of 93: no better validation loss for 3 validations"), "\(lines)")
    for _ in 0..<3 { try pieces.train(Self.stuck + ["--continue", "--stop-after", "9"]).expectSuccess() }
    #expect(try ResumeTests.Result(pieces) == ResumeTests.Result(whole))
    #expect(
      try pieces.train(Self.stuck + ["--continue"]).expectSuccess().errorLines.last
        == "this run is finished: 20 steps of 93; to train longer, give a larger --patience")
    let more = try pieces.train(Self.stuck + ["--continue", "--patience", "5"]).expectSuccess().errorLines
    #expect(more.contains("ended after step 30 of 93: no better validation loss for 5 validations"))
    let longer = try WorkFolder()
    try longer.train(Self.stuck + ["--patience", "5"]).expectSuccess()
    #expect(try ResumeTests.Result(pieces) == ResumeTests.Result(longer))
  }

  @Test func patienceChangesNothingWhileThereIsProgress() throws {
    let (plain, patient) = (try WorkFolder(), try WorkFolder())
    try plain.train("--val-every", "30").expectSuccess()
    try patient.train("--val-every", "30", "--patience", "2").expectSuccess()
    #expect(try plain.bytes(of: "checkpoint.bin") == patient.bytes(of: "checkpoint.bin"))
    let outcome = try plain.train("--val-fraction", "0", "--patience", "2")
    #expect(outcome.status == 64)
    #expect(
      outcome.errorLines.last == "lstm-train: --patience needs a validation set; leave it out")
  }
}
