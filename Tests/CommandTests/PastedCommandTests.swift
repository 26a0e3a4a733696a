import Foundation
import Testing

/// Tests of the commands that a run prints, pasted into a shell.
struct PastedCommandTests {
  private static let results = ["checkpoint.bin", "checkpoint.last.bin"]

  /// Returns the command after a message.
  private func command(after message: String, in outcome: Outcome) throws -> String {
    let line = try #require(outcome.errorLines.first { $0.contains(message) }, "\(outcome.error)")
    return String(line[try #require(line.firstRange(of: message)).upperBound...])
  }

  /// One printed command reproduces a run with chosen settings, and another one finishes it after an interruption.
  @Test func namesOfAllKinds() throws {
    let names = [
      "-dash.txt", "line\nfeed \t'.txt", "été \u{A0}\u{202E}\u{2028}.txt", "$(touch evil) *!\\.txt", "b  b.txt",
    ]
    let (whole, pieces) = (try WorkFolder(), try WorkFolder())
    for folder in [whole, pieces] {
      for name in names { try folder.write(String(TinyTraining.text.prefix(300)), to: name) }
    }
    let options = ["--hidden", "8", "--epochs", "3", "--val-file", names[1], "--log", names[4] + ".csv"]
    let texts = ["--"] + names.filter { $0 != names[1] }
    let first = try whole.run(.train, options + texts).expectSuccess()
    let results = try Self.results.map(whole.bytes)
    let again = try whole.bash(command(after: "settings: ", in: first) + " && test ! -e evil").expectSuccess()
    #expect(try Self.results.map(whole.bytes) == results && again.error.contains("moved an earlier result"))

    let stopped = try pieces.run(.train, options + ["--stop-after", "2"] + texts).expectSuccess()
    try pieces.bash(command(after: "continue with: ", in: stopped)).expectSuccess()
    #expect(try Self.results.map(pieces.bytes) == results)
    #expect(try pieces.names().contains(names[4] + ".csv") && !pieces.names().contains("loss.csv"))
    let inspection = try whole.run(.inspect, ["checkpoint.bin"], environment: ["LANG": "C"]).expectSuccess()
    // The command is wrapped.
    #expect(inspection.output.split(whereSeparator: \.isWhitespace).contains("validation.txt"))
  }

  @Test func aFileThatLooksLikeAnOption() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "-dash.txt")
    try folder.run(.train, ["-dash.txt"]).expect(
      status: 64,
      error: "lstm-train: unknown option '-dash.txt'; to name the file, give ./-dash.txt, or -- before all files\n")
  }

  /// A pattern replaces many file names if it expands to the same list.
  @Test func manyFiles() throws {
    let folder = try WorkFolder()
    try folder.makeFolder("my texts")
    let names = (0..<300).map { "my texts/part \(1000 + $0).txt" }
    for name in names { try folder.write("sea \(name)\n", to: name) }
    try folder.write("", to: "my texts/readme.md")
    let options = ["--hidden", "4", "--layers", "1", "--epochs", "1"]
    let ordered = try folder.run(.train, options + names).expectSuccess()
    #expect(ordered.error.utf8.count < 1_500, "\(ordered.error)")
    #expect(ordered.error.contains("part 1002.txt, … (300 files): "))
    let settings = try command(after: "settings: ", in: ordered)
    #expect(settings.hasSuffix(" 'my texts/part 1'*.txt"))
    let results = try Self.results.map(folder.bytes)
    try folder.bash(settings).expectSuccess()
    #expect(try Self.results.map(folder.bytes) == results)

    // No pattern expands to another order or to all files but one.
    for other in [Array(names.reversed()), names.dropLast()] {
      let outcome = try folder.run(.train, options + ["--overwrite", "--dry-run"] + other).expectSuccess()
      #expect(try command(after: "settings: ", in: outcome).hasSuffix(" '\(other.last ?? "")'"))
    }
  }

  /// The time limit is one of the settings, and the remaining time limits the rest of the run.
  @Test func aTimeLimit() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let options = ["--hidden", "8", "--schedule", "constant", "--val-every", "100000"]
    let stopped = try folder.run(.train, options + ["--max-time", "1h", "--stop-after", "3", "text.txt"])
      .expectSuccess()
    #expect(try command(after: "settings: ", in: stopped).hasPrefix("lstm-train --max-time 1h "))
    let resuming = try command(after: "continue with: ", in: stopped)
    #expect(resuming.hasPrefix("lstm-train --resume checkpoint.last.bin "))
    // The first process has taken almost all of the time.
    try folder.rewriteRun { $0["secondsSpent"] = 3599 }
    let rest = try folder.run(.train, ["--continue", "text.txt"]).expectSuccess()
    #expect(rest.error.contains(": the time is over; to reproduce this run: lstm-train --steps "))
    #expect(rest.errorLines.last == "model: checkpoint.bin; loss curve: loss.csv")
    // An option for another length replaces the time limit; a given time limit applies to this process alone.
    try folder.run(.train, options + ["--overwrite", "--max-time", "1h", "--stop-after", "3", "text.txt"])
      .expectSuccess()
    try folder.rewriteRun { $0["secondsSpent"] = 3600 }
    let other = try folder.run(.train, ["--continue", "--max-time", "1h", "--stop-after", "1", "text.txt"])
    #expect(try command(after: "continue with: ", in: other).hasPrefix("lstm-train --resume "))
    let steps = try folder.run(.train, ["--continue", "--steps", "5", "text.txt"]).expectSuccess()
    #expect(steps.errorLines.last == "model: checkpoint.bin; loss curve: loss.csv")
  }

  /// The remaining time also limits a run of fixed length; the next process then completes its learning-rate decay.
  @Test func aTimeLimitOfAFixedLength() throws {
    let folder = try WorkFolder()
    let options = ["--schedule", "cosine", "--val-every", "100000", "--max-time", "20s", "--stop-after", "3"]
    let stopped = try folder.train(options, bounded: false).expectSuccess()
    #expect(try command(after: "continue with: ", in: stopped).hasPrefix("lstm-train --resume checkpoint.last.bin "))
    try folder.rewriteRun { run in
      run["secondsSpent"] = 19
      run["arguments"] = (run["arguments"] as? [String])?.map { $0.count > 3 && Int($0) != nil ? "10000000" : $0 }
    }
    let cut = try folder.run(.train, ["--continue", "text.txt"]).expectSuccess()
    #expect(
      cut.error.contains("the time was over before the end of the learning-rate decay; the rate was still at 100%"))
    #expect(cut.errorLines.last?.contains(" of 10000000; continue with: lstm-train --resume ") == true)
    let rest = try folder.run(.train, ["--continue", "--stop-after", "2", "text.txt"]).expectSuccess()
    #expect(rest.errorLines.last?.contains("; continue with: lstm-train --resume ") == true)
  }

  /// The throughput is that of this process, from its first row on.
  @Test func theSpeedAfterResuming() throws {
    let folder = try WorkFolder()
    let options = ["--log-every", "500", "--val-every", "1000", "--steps", "1000"]
    try folder.train(options + ["--stop-after", "400"], bounded: false).expectSuccess()
    try folder.train(options + ["--continue"], bounded: false).expectSuccess()
    let row = try #require(LossCurveFile(folder.text(of: "loss.csv")).rows.first)
    func number(_ column: String) throws -> Double { try #require(row[column].flatMap(Double.init)) }
    // No row has the time of the first 400 steps.
    #expect(try number("characters_per_second") * number("seconds") < 0.4 * number("characters"))
  }
}
