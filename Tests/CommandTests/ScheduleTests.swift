import Foundation
import Testing

/// Tests of the learning-rate schedules of `lstm-train`.
struct ScheduleTests {
  /// Returns the learning rates in the loss curve, divided by `--learning-rate`.
  private func rates(_ options: String...) throws -> [Double] {
    let folder = try WorkFolder()
    let common = ["--learning-rate", "0.01", "--log-every", "1", "--val-every", "1000"]
    try folder.train(common + options).expectSuccess()
    return try LossCurveFile(folder.text(of: "loss.csv")).numbers("learning_rate").map { $0 / 0.01 }
  }

  private func isClose(_ values: [Double], _ expected: [Double]) -> Bool {
    values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) < 1e-5 }
  }

  /// A row of the loss curve has the learning rate of the next step.
  @Test func ratesOfSchedules() throws {
    #expect(isClose(try rates("--steps", "4"), [1, 1, 1, 1]))
    #expect(isClose(try rates("--schedule", "linear", "--steps", "4"), [0.75, 0.5, 0.25, 0]))
    #expect(isClose(try rates("--schedule", "cosine", "--steps", "4"), [0.853553, 0.5, 0.146447, 0]))
    #expect(isClose(try rates("--schedule", "wsd", "--steps", "10"), [1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0]))
    #expect(
      isClose(
        try rates("--schedule", "wsd", "--steps", "6", "--decay-steps", "4", "--warmup", "1"),
        [1, 1, 0.75, 0.5, 0.25, 0]))
    let step = try rates("--schedule", "step", "--decay-rate", "0.5", "--decay-after", "1", "--epochs", "3")
    #expect(isClose([step[0], step[29], step[30], step[60], step[61]], [1, 1, 0.5, 0.5, 0.25]))
  }

  /// The time limit determines the number of steps, and the printed command reproduces the run, even if the best model
  /// is older than that decision: at such a learning rate, the model soon gets worse.
  @Test(arguments: [
    ("wsd", "0.01"), ("wsd", "0.5"), ("cosine", "0.01"), ("linear", "0.01"), ("plateau", "0.3"), ("step", "0.01"),
    ("constant", "0.01"),
  ])
  func aRunOfLimitedTimeCanBeRepeated(schedule: String, learningRate: String) throws {
    let timed = try WorkFolder()
    let options = ["--schedule", schedule, "--average", "0.9", "--val-every", "90", "--learning-rate", learningRate]
    let outcome = try timed.train(options + ["--max-time", "1s", "--json-log", "run.jsonl"], bounded: false)
      .expectSuccess()
    let line = try #require(outcome.errorLines.first { $0.contains("to reproduce this run: ") })
    let command = try #require(line.firstRange(of: "to reproduce this run: ")).upperBound
    let steps = try #require(line.firstMatch(of: /--steps (\d+)/)).1
    #expect(outcome.errorLines.contains { $0.hasPrefix("best validation loss: ") })
    // Other processes may slow the machine down.
    if outcome.error.contains("the time was over before the end of the learning-rate decay") { return }
    #expect(outcome.errorLines.last == "model: checkpoint.bin; loss curve: loss.csv")
    let last = try #require(LossCurveFile(timed.text(of: "loss.csv")).rows.last)
    #expect(last["step"] == String(steps))
    if ["wsd", "cosine", "linear"].contains(schedule) { #expect(last["learning_rate"] == "0.00000000") }
    let sentinel = String(Int.max)
    let said = try outcome.error.filter { $0 != "," } + timed.text(of: "run.jsonl")
    #expect(!said.contains(sentinel))

    let repeated = try WorkFolder()
    try repeated.write(TinyTraining.text, to: "text.txt")
    try repeated.bash(String(line[command...])).expectSuccess()
    for file in ["checkpoint.bin", "checkpoint.last.bin"] {
      #expect(try repeated.bytes(of: file) == timed.bytes(of: file), "\(file)")
    }
  }

  /// The process is suspended during the decay.
  @Test(arguments: ["cosine", "wsd"]) func aDecayThatIsCutShort(schedule: String) throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let limit = schedule == "wsd" ? ["--decay-steps", "100000000"] : []
    let run = try folder.start(
      .train,
      TinyTraining.unbounded + ["--schedule", schedule, "--max-time", "1s", "--log-every", "1"] + limit + ["text.txt"])
    try run.wait(for: "a step") { try folder.names().contains("loss.csv") }
    run.signal(SIGSTOP)
    usleep(1_200_000)
    run.signal(SIGCONT)
    let outcome = try run.outcome()
    #expect(outcome.status == 0)
    let lines = outcome.errorLines.suffix(3)
    #expect(outcome.errorLines.contains { $0.hasPrefix("best validation loss: ") }, "\(outcome.error)")
    #expect(lines.first == "model: checkpoint.bin; loss curve: loss.csv")
    #expect(
      lines.dropFirst().first?.wholeMatch(
        of:
          /lstm-train: notice: the time was over before the end of the learning-rate decay; the rate was still at \d+%/)
        != nil)
    #expect(
      lines.last?.wholeMatch(
        of:
          /saved and stopped after step [\d,]+ of [\d,]+; continue with: lstm-train --resume checkpoint.last.bin .+ text.txt/
      )
        != nil)
    // The newest model was validated.
    #expect(try LossCurveFile(folder.text(of: "loss.csv")).rows.last?["val_loss"]?.isEmpty == false)
    try folder.run(.train, ["--continue", "--stop-after", "1", "text.txt"]).expectSuccess()
  }

  @Test func theAverageIsWhatOthersRead() throws {
    let folder = try WorkFolder()
    try folder.train("--average", "0.95", "--val-every", "31").expectSuccess()
    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    let last = try #require(curve.numbers("val_loss").last)
    try folder.write(String(TinyTraining.text.suffix(216)), to: "held-out.txt")
    // The training state stores the average under the names of the model, and the trained weights separately.
    for file in ["checkpoint.bin", "checkpoint.last.bin"] {
      let scores = try folder.run(.score, ["--json", file, "held-out.txt"]).expectSuccess().outputBytes
      let document = try #require(try JSONSerialization.jsonObject(with: scores) as? [String: Any])
      let total = try #require(document["total"] as? [String: Any])
      let nats = try #require(total["nats_per_character"] as? Double)
      #expect(abs(nats - last) < 1e-4, "\(file)")
    }
    #expect(try folder.run(.inspect, ["checkpoint.last.bin"]).output.contains("raw"))
  }
}
