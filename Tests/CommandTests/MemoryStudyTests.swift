import Foundation
import Testing

@testable import lstm_study

/// Tests of `lstm-study memory`.
struct MemoryStudyTests {
  private func study(in folder: WorkFolder, _ options: String...) throws -> Outcome {
    let settings = [
      "--distances", "0", "--hidden", "16", "--steps", "400", "--records", "1000", "--batch-size", "16", "--threads",
      "1",
    ]
    return try folder.run(.study, ["memory"] + settings + options)
  }

  private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
  }

  @Test func aKeyNearbyIsRecalled() throws {
    let folder = try WorkFolder()
    let outcome = try study(
      in: folder, "--variants", "lstm --forget-bias 1", "--chunks", "whole,half", "--rates", "0.02,0.00001"
    ).expectSuccess()
    #expect(try folder.names() == ["memory.csv", "memory.svg"])
    let runs = try rows(folder.text(of: "memory.csv"))
    #expect(runs[0] == ["cell", "chunk", "distance", "learning_rate", "seed", "updates", "recalled", "nats"])
    // Two chunk lengths, two learning rates.
    #expect(runs.count == 1 + 4 && runs.allSatisfy { $0.count == 8 })
    for run in runs.dropFirst() {
      let (recalled, nats) = (try #require(Double(run[6])), try #require(Double(run[7])))
      // Without training, a key costs at least as much as a choice of eight equally likely letters.
      if run[3] == "1e-05" { #expect(recalled == 0 && nats > 2 && run[5] == "400") }
      // A run ends at the first check at which the distance is solved.
      if run[3] == "0.02", run[1] == "whole" { #expect(recalled >= 0.99 && nats < 0.7 && Int(run[5])! < 400) }
    }
    #expect(outcome.output.split(separator: "\n").count == 3)
    #expect(outcome.output.contains(/recalled at distance +0  solved to\nlstm --forget-bias 1 \(whole\) +[0-9]+% +0\n/))
    // A slow run also has lines with its progress.
    let results = outcome.errorLines.filter { $0.contains(": recalled ") }
    #expect(results.count == 4)
    #expect(results[0].hasPrefix("distance 0, lstm --forget-bias 1, whole chunks, rate 0.02, seed 1: recalled "))
    #expect(outcome.errorLines.last == "table: memory.csv; drawing: memory.svg")
    #expect(try folder.text(of: "memory.svg").contains("(whole)"))
  }

  @Test func twoDistancesInARowThatFailEndAVariant() throws {
    let folder = try WorkFolder()
    let outcome = try study(
      in: folder, "--variants", "rnn", "--distances", "0,1,2,3", "--steps", "1", "--output", "other"
    ).expectSuccess()
    #expect(try rows(folder.text(of: "other.csv")).map { $0[2] } == ["distance", "0", "1"])
    #expect(outcome.output == "recalled at distance   0   1  solved to\nrnn (whole)           0%  0%       none\n")
  }

  /// The recall is that of a model trained by `lstm-train` on the same records and scored by `lstm-score`.
  @Test func recallIsWhatOtherToolsMeasure() throws {
    let folder = try WorkFolder()
    try study(in: folder, "--variants", "gru", "--distances", "2", "--checks", "1", "--seed", "3").expectSuccess()
    for (name, count, seed) in [("train.txt", "1000", "1"), ("test.txt", "500", "1000")] {
      let records = try folder.run(.study, ["memory", "--print-records", "2", "--records", count, "--seed", seed])
      try folder.write(records.expectSuccess().output, to: name)
    }
    try folder.run(
      .train,
      [
        "--quiet", "--lines", "--cell", "gru", "--hidden", "16", "--layers", "1", "--dropout", "0", "--batch-size",
        "16", "--seq-length", "11", "--steps", "400", "--learning-rate", "0.01", "--val-fraction", "0", "--seed", "3",
        "--output-bias", "zero", "--temporal-regularization", "0", "train.txt",
      ]
    ).expectSuccess()
    let scores = try folder.run(.score, ["--quiet", "--per-character", "checkpoint.bin", "test.txt"]).expectSuccess()
    let lines = scores.output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    let keys = zip(lines, lines.dropFirst()).filter { $0.0[1] == "=" }.compactMap { Double($0.1[2]) }
    try #require(keys.count == 500)
    let run = try rows(folder.text(of: "memory.csv"))[1]
    #expect(Double(run[6]) == Double(keys.count { $0 < log(2) }) / 500)
    #expect(abs(try #require(Double(run[7])) - keys.reduce(0, +) / 500) < 1e-5)
  }

  /// The records are those of the earlier generator in awk.
  @Test func recordsAreTheSameEverywhere() throws {
    let folder = try WorkFolder()
    let outcome = try folder.run(.study, ["memory", "--print-records", "16", "--records", "1500", "--seed", "7"])
    let lines = outcome.expectSuccess().output.split(separator: "\n")
    #expect(lines.count == 1500 && Set(lines).count > 1490)
    #expect(lines.allSatisfy { $0.wholeMatch(of: /K:([a-h]) [0-7]{16} K=\1/) != nil })
    #expect(lines.prefix(2) == ["K:c 5471026032712656 K=c", "K:a 0760110036570013 K=a"])
    #expect(try folder.run(.study, ["memory", "--print-records", "0", "--records", "100"]).output.hasPrefix("K:"))
    #expect(try folder.names() == [])
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalLeavesFinishedRuns(signal: Int32) throws {
    let folder = try WorkFolder()
    let run = try folder.start(
      .study,
      [
        "memory", "--variants", "rnn", "--distances", "0", "--steps", "20", "--records", "1000", "--rates",
        "0.01,0.02", "--seeds", "1000",
      ])
    try run.wait(for: "two runs") { run.error.contains("rate 0.02, seed 1: recalled") }
    run.signal(signal)
    #expect(try run.outcome().status == 128 + signal)
    #expect(try rows(folder.text(of: "memory.csv")).count > 2)
  }

  @Test(arguments: [
    (["--chunks", "long"], "--chunks takes whole or half, or several with commas between, not 'long'"),
    (["--variants", "lstm; lsmt"], "variant 'lsmt': --cell takes lstm, gru, mgu or rnn, not 'lsmt'"),
    (["--variants", "lstm --lines"], "variant 'lstm --lines': --lines cannot differ between variants; leave it out"),
    (["--distances", "5,5"], "--distances must be in ascending order"),
    (["nonsense"], "memory reads no text; leave out 'nonsense'"),
  ])
  func wrongOptions(options: [String], message: String) throws {
    let folder = try WorkFolder()
    try folder.run(.study, ["memory"] + options).expect(status: 64, error: "lstm-study: \(message)\n")
    #expect(try folder.names() == [])
  }
}
