import Testing

/// Tests of training with a loss or gradient that is NaN or infinite.
struct DivergenceTests {
  @Test func divergedTrainingEnds() throws {
    let folder = try WorkFolder()
    let outcome = try folder.train("--learning-rate", "1e300")
    #expect(outcome.status == 76)
    #expect(
      outcome.errorLines.last
        == "lstm-train: training diverged at step 24: loss or gradient was NaN or infinite again after 7 restarts; "
        + "start again with a lower --learning-rate or --clip")
    let undone = outcome.errorLines.filter { $0.contains("loss or gradient is NaN or infinite; step skipped") }
    #expect(undone.count == 16 && undone.count { $0.contains(", weights set back to the initial ones, ") } == 8)
    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    #expect(
      curve.rows.filter { $0["event"] == "undone" }.compactMap { $0["step"] }
        == (2...24).filter { $0 % 3 != 1 }.map(String.init))
    #expect(try folder.names() == ["loss.csv", "text.txt"], "no model is saved before a finite validation")
  }

  /// Returns a run stopped after 28 steps of 31 an epoch, with NaN in its carried state.
  private func folderWithBrokenState() throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "28").expectSuccess()
    try folder.rewriteState { tensors, _ in tensors["state.h"]?[0] = .nan }
    return folder
  }

  @Test func stepsAreUndoneAndTrainingContinues() throws {
    let folder = try folderWithBrokenState()
    let lines = try folder.train("--continue", "--checkpoint-every", "1").expectSuccess().errorLines
    #expect(
      lines.filter { $0.contains("step skipped") }
        == [(29, "", "0.005"), (30, "weights set back to the initial ones, ", "0.0025")].map { step, restart, rate in
          "step \(step): loss or gradient is NaN or infinite; step skipped, \(restart)learning rate halved to \(rate)"
        })
    let rows = try LossCurveFile(folder.text(of: "loss.csv")).rows
    #expect(rows.filter { $0["event"] == "undone" }.compactMap { $0["step"] } == ["29", "30"])
    #expect(rows.last?["learning_rate"] == "0.00250000" && rows.last?["step"] == "93")
    #expect(rows.last?["val_loss"]?.isEmpty == false)
  }

  @Test func aStopWaitsForAFiniteStep() throws {
    let folder = try folderWithBrokenState()
    let lines = try folder.train("--continue", "--stop-after", "1").expectSuccess().errorLines
    #expect(lines.last?.hasPrefix("saved and stopped after step 31 of 93; continue with: ") == true)
    let whole = try folderWithBrokenState()
    try whole.train("--continue").expectSuccess()
    try folder.train("--continue").expectSuccess()
    #expect(try ResumeTests.Result(folder) == ResumeTests.Result(whole))
  }

  /// At this learning rate the weights explode repeatedly, before the first validation and after it.
  @Test(arguments: [[], ["--average", "0.9"], ["--init-from", "initial.bin"]])
  func trainingRestartsFromTheBestWeights(options: [String]) throws {
    let (whole, pieces) = (try WorkFolder(), try WorkFolder())
    let common =
      [
        "--cell", "rnn", "--activation", "relu", "--hidden", "32", "--layers", "3", "--batch-size", "4",
        "--seq-length", "100", "--threads", "1", "--schedule", "constant", "--clip", "0", "--dropout", "0",
        "--temporal-regularization", "0",
      ] + options + ["--optimizer", "sgd", "--epochs", "8", "--learning-rate", "5"]
    for folder in [whole, pieces] {
      try folder.write(TinyTraining.text, to: "text.txt")
      if options.contains("--init-from") {
        try folder.run(
          .train, common.filter { !options.contains($0) } + ["--steps", "0", "-o", "initial.bin", "text.txt"]
        )
        .expectSuccess()
      }
    }
    let lines = try whole.run(.train, common + ["--overwrite", "text.txt"]).expectSuccess().errorLines
    let restarts = lines.filter { $0.contains("weights set back to ") }
    #expect(restarts.first?.contains("the initial ones") == true)
    #expect(restarts.contains { $0.contains("those of step ") })
    #expect(lines.contains { $0.hasPrefix("best validation loss: ") })
    try pieces.run(.train, common + ["--overwrite", "--stop-after", "1", "text.txt"]).expectSuccess()
    for _ in 0..<13 {
      try pieces.run(
        .train, ["--resume", "checkpoint.last.bin", "--stop-after", "3", "--checkpoint-every", "1", "text.txt"]
      ).expectSuccess()
    }
    #expect(try ResumeTests.Result(pieces) == ResumeTests.Result(whole))
  }

  @Test func theGoodCheckpointStays() throws {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "3").expectSuccess()
    let before = try (folder.bytes(of: "checkpoint.last.bin"), folder.bytes(of: "checkpoint.bin"))
    try folder.rewriteState { tensors, metadata in
      metadata["configuration"] = metadata["configuration"]?.replacing(
        "\"learningRate\":0.01", with: "\"learningRate\":1e300")
      metadata["run"] = metadata["run"]?.replacing("\"0.01\"", with: "\"1e+300\"")
    }
    let changed = try folder.bytes(of: "checkpoint.last.bin")
    let outcome = try folder.run(.train, ["--continue", "--checkpoint-every", "1", "text.txt"])
    #expect(outcome.status == 76)
    #expect(outcome.errorLines.last?.hasPrefix("lstm-train: training diverged at step 27: ") == true)
    #expect(try folder.bytes(of: "checkpoint.bin") == before.1 && changed != before.0)
    #expect(try folder.bytes(of: "checkpoint.last.bin") == changed)
  }

  @Test func nonFiniteWeightsAreNotSaved() throws {
    let folder = try WorkFolder()
    let outcome = try folder.train("--learning-rate", "1e300", "--steps", "1", "--checkpoint-every", "1")
    #expect(outcome.status == 76)
    #expect(
      outcome.errorLines.last
        == "lstm-train: training diverged at step 1: the weights are NaN or infinite; "
        + "start again with a lower --learning-rate or --clip")
    #expect(try folder.names() == ["loss.csv", "text.txt"])
    try LossCurveFile(folder.text(of: "loss.csv")).expectWellFormed()
  }
}
