import Foundation
import Testing

/// How the learning rate of a run changes, seen from outside.
struct ScheduleTests {
  /// The rates in the loss curve, as shares of the one that was asked for.
  private func rates(_ options: String...) throws -> [Double] {
    let folder = try WorkFolder()
    let common = ["--learning-rate", "0.01", "--log-every", "1", "--val-every", "1000"]
    try folder.train(common + options).expectSuccess()
    return try LossCurveFile(folder.text(of: "loss.csv")).numbers("learning_rate").map { $0 / 0.01 }
  }

  private func isClose(_ values: [Double], _ expected: [Double]) -> Bool {
    values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) < 1e-5 }
  }

  /// A row tells the rate of the next step.
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

  /// Time decides how long the run is, and the length that it has found makes the same run again, also where the best model
  /// is older than the decision: with such a rate it soon gets worse.
  @Test(arguments: ["0.01", "0.5"])
  func aRunOfLimitedTimeCanBeRepeated(learningRate: String) throws {
    let timed = try WorkFolder()
    let options = ["--schedule", "wsd", "--average", "0.9", "--val-every", "50", "--learning-rate", learningRate]
    let outcome = try timed.train(options + ["--max-time", "2s"], bounded: false)
      .expectSuccess()
    let line = try #require(outcome.errorLines.first { $0.contains("the learning rate falls from here to the end") })
    let match = try #require(line.firstMatch(of: /--steps (\d+) --decay-steps (\d+)$/))
    let (steps, decay) = (String(match.1), String(match.2))
    #expect(outcome.errorLines.contains { $0.hasPrefix("best validation loss: ") })
    let curve = try LossCurveFile(timed.text(of: "loss.csv"))
    #expect(curve.rows.last?["step"] == steps)
    let best = try #require(curve.rows.last { $0["event"] == "best" }?["step"].flatMap { Int($0) })
    if learningRate == "0.5" { #expect(try best < #require(Int(steps)) - #require(Int(decay))) }

    let repeated = try WorkFolder()
    try repeated.train(options + ["--steps", steps, "--decay-steps", decay], bounded: false).expectSuccess()
    for file in ["checkpoint.bin", "checkpoint.last.bin"] {
      #expect(try repeated.bytes(of: file) == timed.bytes(of: file), "\(file)")
    }
  }

  @Test func theAverageIsWhatOthersRead() throws {
    let folder = try WorkFolder()
    try folder.train("--average", "0.95", "--val-every", "31").expectSuccess()
    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    let last = try #require(curve.numbers("val_loss").last)
    try folder.write(String(TinyTraining.text.suffix(216)), to: "held-out.txt")
    // The state holds the average under the names of the model, and what training goes on from beside it.
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
