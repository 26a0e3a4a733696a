import CommandLineSupport
import Foundation
import Testing

/// Tests of the description that `lstm-inspect` prints of the run of a checkpoint.
struct InspectRunTests {
  /// Returns the printed command that reproduces the run.
  private func command(of file: String, in folder: WorkFolder, columns: Int) throws -> String {
    let outcome = try folder.run(.inspect, [file], environment: ["COLUMNS": "\(columns)"])
    outcome.expect(status: 0, output: outcome.output, error: "")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    let block = lines.drop { !$0.hasPrefix("repeat by ") }.prefix { !$0.isEmpty }.joined(separator: "\n")
    #expect(block.split(separator: "\n").allSatisfy { $0.count <= columns })
    try #require(block.hasSuffix(" corpus.txt"))
    return block.dropFirst("repeat by ".count).dropLast("corpus.txt".count) + "text.txt"
  }

  @Test(arguments: [
    ([], 60), (["--val-every", "7", "--steps", "40"], 80), (["--cell", "gru", "--gru-reset", "after"], 120),
    (["--forget-bias", "-0.5", "--clip", "0", "--max-vocabulary", "99", "--unit", "grapheme"], 60),
    (["--val-fraction", "0", "--optimizer", "rmsprop", "--epsilon", "1e-7"], 80), (["--batch-size", "500"], 80),
    (["--lines", "--val-lines", "9", "--test-fraction", "0.1"], 80),
    (["--min-count", "100"], 60), (["--split", "interleaved"], 60),
    (["--init", "orthogonal"], 80),
    (["--embedding", "8", "--tie"], 60),
    (["--layer-norm"], 80), (["--forget-gate", "coupled"], 80),
    (["--peepholes"], 80), (["--cell", "rnn", "--activation", "relu"], 60),
    (["--layers", "2", "--connection", "leaky", "--leak", "0.3"], 60),
    (["--layers", "3", "--connection", "gated"], 80),
  ])
  func whatIsPastedRepeatsTheRun(options: [String], columns: Int) throws {
    let folder = try WorkFolder()
    try folder.train(options).expectSuccess()
    for file in ["checkpoint.last.bin", "checkpoint.bin"] {
      let again = try WorkFolder()
      try again.write(folder.bytes(of: "text.txt"), to: "text.txt")
      #expect(try again.bash(command(of: file, in: folder, columns: columns)).status == 0)
      #expect(try again.bytes(of: "checkpoint.bin") == folder.bytes(of: "checkpoint.bin"), "\(file)")
      // A model does not store the number of steps that its run made afterwards.
      if file == "checkpoint.last.bin" { #expect(try again.bytes(of: file) == folder.bytes(of: file)) }
    }
  }

  /// The best model is from the middle of a run that was planned to be longer.
  @Test(arguments: ["cosine", "linear", "wsd", "step", "plateau", "constant"])
  func theBestModelInTheMiddle(schedule: String) throws {
    let folder = try WorkFolder()
    // At the end of the warmup, the learning rate is so high that the model gets worse.
    var options = ["--schedule", schedule, "--learning-rate", "1", "--warmup", "50", "--val-every", "5"]
    if schedule == "plateau" { options += ["--decay-rate", "0.99"] }
    try folder.train(options + ["--steps", "60"], bounded: false).expectSuccess()
    let best = try #require(
      LossCurveFile(folder.text(of: "loss.csv")).rows.last { $0["event"] == "best" }?["step"].flatMap { Int($0) })
    #expect(best < 60)
    let again = try WorkFolder()
    try again.write(folder.bytes(of: "text.txt"), to: "text.txt")
    try again.bash(command(of: "checkpoint.bin", in: folder, columns: 80)).expectSuccess()
    #expect(try again.bytes(of: "checkpoint.bin") == folder.bytes(of: "checkpoint.bin"))
  }

  /// The initial checkpoint is identified by its checksum, which `lstm-inspect` shows for every file.
  @Test func aRunFromAModel() throws {
    let folder = try WorkFolder()
    try folder.train("-o", "initial.bin", "--log", "initial.csv", "--epochs", "1").expectSuccess()
    try folder.train("--init-from", "initial.bin", "--schedule", "cosine", "--stop-after", "5").expectSuccess()
    try folder.run(.train, ["--continue", "text.txt"]).expectSuccess()
    let shown = try folder.run(.inspect, ["initial.bin"]).expectSuccess().output
    let checksum = try #require(shown.firstMatch(of: /CRC-32C ([0-9a-f]{8})\n/)).1
    let again = try WorkFolder()
    try again.write(folder.bytes(of: "text.txt"), to: "text.txt")
    try again.write(folder.bytes(of: "initial.bin"), to: "checkpoint-\(checksum).bin")
    for file in ["checkpoint.last.bin", "checkpoint.bin"] {
      #expect(try folder.run(.inspect, [file]).output.contains("checkpoint with CRC-32C \(checksum)\n"))
      try again.bash(command(of: file, in: folder, columns: 80) + " --overwrite").expectSuccess()
      #expect(try again.bytes(of: file) == folder.bytes(of: file), "\(file)")
    }
  }

  /// A run that was stopped and resumed has the same command.
  @Test func aResumedRun() throws {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "17").expectSuccess()
    let stopped = try command(of: "checkpoint.last.bin", in: folder, columns: 80)
    try folder.train("--continue").expectSuccess()
    #expect(try command(of: "checkpoint.last.bin", in: folder, columns: 80) == stopped)
    let again = try WorkFolder()
    try again.write(folder.bytes(of: "text.txt"), to: "text.txt")
    try again.bash(stopped).expectSuccess()
    for file in ["checkpoint.last.bin", "checkpoint.bin"] {
      #expect(try again.bytes(of: file) == folder.bytes(of: file), "\(file)")
    }
  }

  /// The options of a foreign file are quoted, because they are pasted into a shell.
  @Test func optionsOfAStrangerAreQuoted() throws {
    let folder = try WorkFolder()
    try folder.train("--epochs", "1").expectSuccess()
    try folder.rewriteRun { $0["arguments"] = ["; touch evil", "$(touch evil)", "'\u{301}; touch evil; '"] }
    let command = try command(of: "checkpoint.last.bin", in: folder, columns: 80)
    #expect(command.contains("lstm-train '; touch evil' '$(touch evil)' "), "\(command)")
    #expect(try folder.bash(command).status != 0)
    #expect(try !folder.names().contains("evil"))
  }

  @Test func theStateIsSummedUp() throws {
    let folder = try WorkFolder()
    // One validation at an early step and none afterwards: the best model is not the newest.
    try folder.train("--val-every", "5", "--stop-after", "7").expectSuccess()
    for file in ["checkpoint.bin", "checkpoint.last.bin"] {
      let json = try #require(
        JSONSerialization.jsonObject(with: folder.run(.inspect, ["--json", file]).outputBytes) as? [String: Any])
      let tensors = try #require(json["tensors"] as? [[String: Any]])
      let state = try #require(json["training_state"] as? [[String: Any]])
      let bytes = try folder.bytes(of: file)
      let headerCount = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      let header = try #require(
        JSONSerialization.jsonObject(with: bytes.dropFirst(8).prefix(headerCount)) as? [String: Any])
      let stateCounts = state.compactMap { $0["tensor_count"] as? Int }
      // Each tensor of the file is in exactly one of the two lists.
      #expect(stateCounts.reduce(tensors.count, +) == header.count - 1)
      let stateBytes = state.compactMap { $0["byte_count"] as? Int }
      let modelBytes = tensors.compactMap { $0["count"] as? Int }.map { 4 * $0 }
      #expect((stateBytes + modelBytes).reduce(0, +) == bytes.count - 8 - headerCount)

      let text = try folder.run(.inspect, [file]).output
      let lines = text.split(separator: "\n").suffix(state.count).map(String.init)
      if file == "checkpoint.bin" {
        #expect(state.isEmpty && json["can_resume"] as? Bool == false)
        continue
      }
      #expect(json["can_resume"] as? Bool == true)
      #expect(state.compactMap { $0["name"] as? String } == ["optimizer", "state", "best"])
      for (line, (name, count)) in zip(lines, zip(["optimizer", "state", "best"], stateBytes)) {
        #expect(line.hasPrefix("\(name): "), "\(line)")
        #expect(line.contains(", \(NumberText.byteSize(count)): "), "\(line)")
      }
      let best = try #require((json["reached"] as? [String: Any])?["best"] as? [String: Any])
      #expect(best["step"] as? Int == 5)
      let words = text.split { $0.isWhitespace }.joined(separator: " ")
      #expect(words.contains("(the newest model; the best was that of step 5: validation loss "))
    }
  }
}
