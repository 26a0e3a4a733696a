import Foundation
import RecurrentEngine
import Testing

/// Tests of complete runs of `lstm-train` and of their files.
struct TrainingRunTests {
  static let cells =
    RecurrentCell.Kind.allCases.map { ["--cell", $0.rawValue] } + [["--cell", "gru", "--gru-reset", "after"]]

  @Test(arguments: cells)
  func aRunLeavesAModelAndItsLossCurve(cell: [String]) throws {
    let folder = try WorkFolder()
    let outcome = try folder.train(cell)
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty)
    #expect(try folder.names() == TinyTraining.files)

    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    curve.expectWellFormed()
    let trainingLosses = curve.numbers("train_loss")
    let validated = curve.rows.filter { $0["val_loss"] != "" }
    #expect(validated.map { $0["epoch"] } == ["1.0000", "2.0000", "3.0000"])
    #expect(try #require(trainingLosses.last) < 0.95 * #require(trainingLosses.first))
    #expect(try #require(curve.numbers("val_loss").last) < #require(curve.numbers("val_loss").first))
    #expect(curve.rows.last?["step"] == validated.last?["step"])

    // A validation is marked as best if and only if it is better than all earlier ones.
    var best = Double.infinity
    for row in curve.rows {
      let loss = row["val_loss"].flatMap(Double.init) ?? .infinity
      #expect(row["event"] == (loss < best ? "best" : ""))
      best = min(best, loss)
    }
  }

  @Test func whatIsSaidDuringARun() throws {
    let folder = try WorkFolder()
    let lines = try folder.train().errorLines
    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    let number = "[0-9]+\\.[0-9]{4}"
    var expected = [
      "text: text\\.txt: 2\\.2 kB, 2,160 characters, vocabulary size 13",
      "model: LSTM, 1 × 8 units, [0-9,]+ parameters; [0-9.]+ MB of memory with batch size 4 and sequence length 16",
    ]
    for row in curve.rows where row["val_loss"] != "" {
      let best = row["event"] == "best" ? " \\(best\\)" : ""
      expected.append(
        "epoch [123]\\.00, step \(row["step"] ?? ""): train \(number), val \(number)\(best), "
          + "[0-9,]+(\\.[0-9])? characters/s")
    }
    let bestStep = curve.rows.last { $0["event"] == "best" }?["step"] ?? ""
    expected += [
      "best validation loss: \(number) nats, \(number) bits per character, \(number) bits per byte of UTF-8, at step \(bestStep); "
        + "validation set: 216 characters at the end of the text",
      "model: checkpoint\\.bin; loss curve: loss\\.csv",
    ]
    #expect(lines.count == expected.count)
    for (line, pattern) in zip(lines, expected) {
      #expect(line.wholeMatch(of: try Regex(pattern)) != nil, "\(line)")
    }
  }

  @Test func nothingHeldOut() throws {
    let folder = try WorkFolder()
    let outcome = try folder.train("--val-fraction", "0")
    #expect(outcome.status == 0)
    let lines = outcome.errorLines
    #expect(
      lines.contains("lstm-train: notice: no validation set: the newest model is saved instead of the best"))
    #expect(lines.filter { $0.hasPrefix("epoch ") }.count == 3)
    #expect(!outcome.error.contains("validation 0") && !outcome.error.contains("(best)"))
    #expect(try folder.names() == TinyTraining.files)
    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    curve.expectWellFormed()
    #expect(curve.rows.allSatisfy { $0["val_loss"] == "" && $0["val_bpc"] == "" && $0["event"] == "" })
  }

  @Test func theSeedDecides() throws {
    let folder = try WorkFolder()
    for (name, seed) in [("a", "5"), ("b", "5"), ("c", "6")] {
      try folder.train("--seed", seed, "-o", "\(name).bin")
    }
    #expect(try folder.bytes(of: "a.bin") == folder.bytes(of: "b.bin"))
    #expect(try folder.bytes(of: "a.bin") != folder.bytes(of: "c.bin"))
  }

  @Test func unknownKernels() throws {
    let folder = try WorkFolder()
    let choices = KernelSelection.availableNames.joined(separator: ", ")
    let environment = [KernelSelection.environmentVariable: "nonsense"]
    try folder.train(environment: environment).expect(
      status: 64, error: "lstm-train: LSTM_TRAIN_KERNELS is 'nonsense'; this CPU has \(choices)\n")
    #expect(try folder.names() == ["text.txt"])
    try folder.train()
    try folder.run(.sample, ["checkpoint.bin"], environment: environment).expect(
      status: 64, error: "lstm-sample: LSTM_TRAIN_KERNELS is 'nonsense'; this CPU has \(choices)\n")
  }

  @Test func aDryRunWritesNothing() throws {
    let folder = try WorkFolder()
    let outcome = try folder.train("--dry-run")
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty)
    let lines = outcome.errorLines
    #expect(lines.map { $0.prefix { $0 != ":" } } == ["text", "model", "speed"])
    #expect(lines.dropFirst().first?.contains("B of memory with batch size 4 and sequence length 16") == true)
    let speed = try Regex(
      "speed: [0-9,.]+ characters/s with 1 thread and (portable|avx2|avx512) kernels; [0-9]+ steps an epoch")
    #expect(lines.last?.wholeMatch(of: speed) != nil)
    #expect(try folder.names() == ["text.txt"])
  }

  @Test func quiet() throws {
    let folder = try WorkFolder()
    try folder.train("--quiet").expect(status: 0, error: "")
    #expect(try folder.names() == TinyTraining.files)
    try folder.write("", to: "empty.txt")
    try folder.train("--quiet", texts: ["empty.txt"]).expect(
      status: 65, error: "lstm-train: empty.txt: empty; give some text\n")
  }
}
