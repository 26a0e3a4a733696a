import Foundation
import Testing

/// Tests of the figures of `lstm-score`, and of their agreement with those of `lstm-train`.
struct ScoreTests {
  /// Trains on a text of ten times the usual length, and writes its validation set to `held-out.txt`.
  private func makeFolder() throws -> (folder: WorkFolder, validationLoss: Double) {
    let folder = try WorkFolder()
    let text = String(repeating: TinyTraining.text, count: 10)
    try folder.write(text, to: "text.txt")
    #expect(try folder.train("--epochs", "1").status == 0)
    let bytes = Array(text.utf8)
    try folder.write(Data(bytes[Int(Double(bytes.count) * (1 - 0.1))...]), to: "held-out.txt")
    let losses = try LossCurveFile(folder.text(of: "loss.csv")).numbers("val_loss")
    return (folder, try #require(losses.last))
  }

  @Test func theHeldOutPartHasTheLossOfValidation() throws {
    let (folder, loss) = try makeFolder()
    let scores = try [[], ["--streams", "1"], ["--streams", "7"], ["--streams", "64"]].map {
      try folder.scores($0 + ["held-out.txt"]).total
    }
    #expect(scores.allSatisfy { $0.characters == 2_159 && $0.bytes == 2_159 && $0.unknownCharacters == 0 })
    // The logged loss has six decimals.
    #expect(abs(scores[0].natsPerCharacter - loss) < 1e-6)
    #expect(scores.allSatisfy { abs($0.natsPerCharacter - loss) < 1e-4 })
  }

  @Test func threadsMakeNoDifference() throws {
    let (folder, _) = try makeFolder()
    for options in [[], ["--streams", "5"], ["--adapt", "0.1"]] {
      let outputs = try ["1", "2", "5"].map {
        try folder.score(options + ["--json", "--threads", $0, "held-out.txt"]).output
      }
      #expect(Set(outputs).count == 1, "\(options)")
    }
  }

  @Test func figuresFollowFromOneAnother() throws {
    let folder = try WorkFolder()
    let text = String(repeating: "いろは にほへと abc\n", count: 60)
    try folder.write(text, to: "text.txt")
    for (unit, characters) in [("character", 780), ("byte", 1_620)] {
      #expect(try folder.train("--unit", unit).status == 0)
      let score = try folder.scores(["text.txt"]).total
      #expect(score.characters == characters - 1)
      // The first character is "い", or one of its bytes.
      #expect(score.bytes == 1_620 - (unit == "byte" ? 1 : 3))
      #expect(abs(score.natsPerCharacter - score.nats / Double(score.characters)) < 1e-12)
      #expect(abs(score.bitsPerCharacter - score.natsPerCharacter / log(2)) < 1e-12)
      #expect(abs(score.bitsPerByte - score.nats / log(2) / Double(score.bytes)) < 1e-12)
      #expect(abs(score.perplexity - exp(score.natsPerCharacter)) < 1e-9)
    }
  }

  @Test func severalTextsAreScoredSeparately() throws {
    let (folder, _) = try makeFolder()
    try folder.write("the sea\n", to: "short.txt")
    let files = ["held-out.txt", "short.txt", "-"]
    let together = try folder.scores(files, input: "short.txt")
    #expect(together.files.map(\.path) == files)
    let alone = try ["held-out.txt", "short.txt"].map { try folder.scores([$0]) }
    #expect(together.files.map(\.nats) == [alone[0].total.nats, alone[1].total.nats, alone[1].total.nats])
    #expect(together.total.characters == 2_159 + 7 + 7)
    #expect(abs(together.total.nats - together.files.reduce(0) { $0 + $1.nats }) < 1e-9)
    #expect(alone[1].files.map(\.nats) == [alone[1].total.nats])
  }

  @Test func aTableForPeople() throws {
    let (folder, _) = try makeFolder()
    try folder.write("the sea\n", to: "short.txt")
    let scores = try folder.scores(["held-out.txt", "short.txt"])
    let outcome = try folder.score(["held-out.txt", "short.txt"])
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty)
    let lines = outcome.output.components(separatedBy: "\n")
    let names = ["text", "held-out.txt", "short.txt", "total", ""]
    // The columns are aligned: all names begin at the same position.
    #expect(lines.map { String($0.dropFirst(61)) } == names)
    let rows = lines.map { $0.prefix(60).split { $0 == " " }.map(String.init) }
    #expect(rows[0] == ["characters", "nats/char", "bits/char", "bits/byte", "perplexity"])
    #expect(rows[1...3].map { $0[0] } == ["2159", "7", "2166"])
    for (row, score) in zip(rows[1...3], scores.files + [scores.total]) {
      let figures = [score.natsPerCharacter, score.bitsPerCharacter, score.bitsPerByte, score.perplexity]
      let shown = try row[1...4].map { try #require(Double($0)) }
      #expect(zip(shown, figures).allSatisfy { abs($0 - $1) <= 0.5001e-4 }, "\(row)")
    }
    #expect(try folder.score(["short.txt"]).output.count { $0 == "\n" } == 2)
  }

  // MARK: Adaptation

  @Test func dynamicEvaluationImprovesThePrediction() throws {
    let (folder, _) = try makeFolder()
    // The words of the training text in a new order.
    try folder.write(String(repeating: "tide tide rose\nthe the the\n", count: 80), to: "other.txt")
    let still = try folder.scores(["--streams", "1", "other.txt"]).total
    let adapted = try folder.scores(["--adapt", "0.2", "other.txt"]).total
    #expect(adapted.natsPerCharacter < still.natsPerCharacter - 0.02)
    #expect(adapted.characters == still.characters)
    let hardly = try folder.scores(["--adapt", "1e-9", "other.txt"]).total
    #expect(abs(hardly.natsPerCharacter - still.natsPerCharacter) < 1e-5)
    // The first chunk is scored with the initial weights.
    let whole = try folder.scores(["--adapt", "0.2", "--adapt-length", "5000", "other.txt"]).total
    #expect(abs(whole.natsPerCharacter - still.natsPerCharacter) < 1e-5)
    #expect(try folder.scores(["--adapt", "0.2", "--adapt-length", "20", "other.txt"]).total == adapted)
  }

  /// `auto` needs no rate, and improves the prediction as much as a rate that was searched for.
  @Test func adaptationWithoutARate() throws {
    let (folder, _) = try makeFolder()
    try folder.write(String(repeating: "tide tide rose\nthe the the\n", count: 80), to: "other.txt")
    let still = try folder.scores(["--streams", "1", "other.txt"]).total
    let adapted = try folder.scores(["--adapt", "auto", "other.txt"]).total
    #expect(adapted.natsPerCharacter < still.natsPerCharacter - 0.02)
    #expect(try folder.scores(["--adapt", "auto", "--adapt-length", "20", "other.txt"]).total == adapted)
  }

  @Test func everyTextBeginsWithTheModelsOwnWeights() throws {
    let (folder, _) = try makeFolder()
    let before = try folder.bytes(of: "checkpoint.bin")
    let scores = try folder.scores(["--adapt", "0.2", "held-out.txt", "text.txt", "held-out.txt"])
    #expect(scores.files[0] == scores.files[2])
    #expect(try folder.bytes(of: "checkpoint.bin") == before)
  }

  @Test func aModelThatDiverges() throws {
    let (folder, _) = try makeFolder()
    try folder.score(["--adapt", "1e38", "held-out.txt"]).expect(
      status: 76,
      error: "lstm-score: the model diverged while it followed the text; lower --adapt, or give --adapt auto\n")
  }
}
