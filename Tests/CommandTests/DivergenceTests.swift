import Testing

/// What happens where loss or gradient is no finite number.
struct DivergenceTests {
  @Test func trainingThatDivergesIsGivenUp() throws {
    let folder = try WorkFolder()
    let outcome = try folder.train("--learning-rate", "1e300")
    #expect(outcome.status == 76)
    #expect(
      outcome.errorLines.last
        == "lstm-train: training diverged at step 9: loss or gradient was NaN or infinite in 8 steps in a row; "
        + "start again with a lower --learning-rate or --clip")
    let undone = outcome.errorLines.filter { $0.contains("loss or gradient is NaN or infinite; step skipped") }
    #expect(undone.count == 8)
    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    #expect(curve.rows.filter { $0["event"] == "undone" }.compactMap { $0["step"] } == (2...9).map(String.init))
    #expect(try folder.names() == ["loss.csv", "text.txt"], "there never was a model worth saving")
  }

  /// A run of 28 steps of 31 an epoch, whose carried state is no number.
  private func folderWithBrokenState() throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "28").expectSuccess()
    try folder.rewriteState { tensors, _ in tensors["state.h"]?[0] = .nan }
    return folder
  }

  @Test func stepsAreUndoneAndTrainingGoesOn() throws {
    let folder = try folderWithBrokenState()
    let lines = try folder.train("--continue", "--checkpoint-every", "1").expectSuccess().errorLines
    #expect(
      lines.filter { $0.contains("step skipped") }
        == [(29, "0.005"), (30, "0.0025"), (31, "0.00125")].map { step, rate in
          "step \(step): loss or gradient is NaN or infinite; step skipped, learning rate halved to \(rate)"
        })
    let rows = try LossCurveFile(folder.text(of: "loss.csv")).rows
    #expect(rows.filter { $0["event"] == "undone" }.compactMap { $0["step"] } == ["29", "30", "31"])
    #expect(rows.last?["learning_rate"] == "0.00125000" && rows.last?["step"] == "93")
    #expect(rows.last?["val_loss"]?.isEmpty == false)
  }

  @Test func aStopWaitsForAStepThatTeaches() throws {
    let folder = try folderWithBrokenState()
    let lines = try folder.train("--continue", "--stop-after", "1").expectSuccess().errorLines
    #expect(lines.last == "stopped after step 32 of 93; continue with --resume checkpoint.last.bin")
    let whole = try folderWithBrokenState()
    try whole.train("--continue").expectSuccess()
    try folder.train("--continue").expectSuccess()
    #expect(try ResumeTests.Result(folder) == ResumeTests.Result(whole))
  }

  @Test func theGoodCheckpointStays() throws {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "10").expectSuccess()
    try folder.rewriteState { tensors, _ in tensors["state.h"]?[0] = .infinity }
    let before = try (folder.bytes(of: "checkpoint.last.bin"), folder.bytes(of: "checkpoint.bin"))
    let outcome = try folder.train("--continue", "--checkpoint-every", "1")
    #expect(outcome.status == 76)
    #expect(outcome.errorLines.last?.hasPrefix("lstm-train: training diverged at step 18: ") == true)
    #expect(try (folder.bytes(of: "checkpoint.last.bin"), folder.bytes(of: "checkpoint.bin")) == before)
  }

  @Test func weightsThatAreNoNumbersAreNotSaved() throws {
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
