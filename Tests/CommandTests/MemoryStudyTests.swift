import Testing

/// `Examples/memory-study.sh` with the tools that the package has built.
struct MemoryStudyTests {
  private func study(in folder: WorkFolder, _ environment: [String: String], _ options: String...) throws -> Outcome {
    let settings = ["DISTANCES": "0", "HIDDEN": "16", "STEPS": "400", "RECORDS": "1000", "BATCH_SIZE": "16"]
    return try folder.run(
      "\(PackageFolder.path)/Examples/memory-study.sh", options,
      environment: settings.merging(environment) { $1 }.merging(["PATH": "\(BuiltTool.folder.path):/usr/bin:/bin"]) {
        $1
      })
  }

  private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
  }

  @Test func whatIsNearIsRecalled() throws {
    let folder = try WorkFolder()
    let outcome = try study(
      in: folder, ["VARIANTS": "lstm --forget-bias 1", "CHUNKS": "whole half", "RATES": "0.02 0.00001"])
    outcome.expectSuccess()
    #expect(try folder.names() == ["memory.csv", "memory.solved.csv", "memory.svg"])
    let runs = try rows(folder.text(of: "memory.csv"))
    #expect(runs[0] == ["cell", "chunk", "distance", "learning_rate", "seed", "updates", "recalled", "nats"])
    // Two lengths of chunks, two rates.
    #expect(runs.count == 1 + 4 && runs.allSatisfy { $0.count == 8 })
    for run in runs.dropFirst() {
      let (recalled, nats) = (try #require(Double(run[6])), try #require(Double(run[7])))
      // What is not learned costs what eight letters alike cost, or more.
      if run[3] == "0.00001" { #expect(recalled == 0 && nats > 2 && run[5] == "400") }
      // A run ends at the first look that finds it solved.
      if run[3] == "0.02", run[1] == "whole" { #expect(recalled >= 0.99 && nats < 0.7 && Int(run[5])! < 400) }
    }
    let solved = try rows(folder.text(of: "memory.solved.csv"))
    #expect(solved.map { $0[0] } == ["cell", "lstm --forget-bias 1 (whole)", "lstm --forget-bias 1 (half)"])
    #expect(solved[1] == ["lstm --forget-bias 1 (whole)", "0"])
    #expect(outcome.output.split(separator: "\n").count == 3)
    #expect(outcome.output.contains(/recalled at distance +0  solved to\nlstm --forget-bias 1 \(whole\) +[0-9]+% +0\n/))
    #expect(try folder.text(of: "memory.svg").contains("(whole)"))
  }

  @Test func beyondWhatIsLostNothingIsTried() throws {
    let folder = try WorkFolder()
    let outcome = try study(
      in: folder, ["VARIANTS": "rnn", "DISTANCES": "0 1 2 3", "STEPS": "1", "OUTPUT": "other"]
    ).expectSuccess()
    #expect(try rows(folder.text(of: "other.csv")).map { $0[2] } == ["distance", "0", "1"])
    #expect(try folder.text(of: "other.solved.csv") == "cell,solved_distance\nrnn (whole),\n")
    #expect(outcome.output.hasPrefix("recalled at distance      0      1  solved to\n"))
  }

  @Test func wrongSettings() throws {
    let folder = try WorkFolder()
    try study(in: folder, ["CHUNKS": "long"]).expect(
      status: 64, error: "memory-study.sh: CHUNKS are whole or half, not 'long'\n")
    #expect(
      try study(in: folder, [:], "--help").expectSuccess().output.hasPrefix("How far back does each cell remember?"))
    #expect(try study(in: folder, [:], "nonsense").status == 64)
    #expect(try folder.names() == [])
  }
}
