import Foundation
import Testing

/// Tests of tools whose standard input, output or error is closed, full or not read.
struct StandardStreamTests {
  /// A command line for each tool that writes a result to standard output.
  private static let commands: [String] =
    [
      "lstm-sample --length 20 checkpoint.bin", "lstm-sample --show-probabilities --length 20 checkpoint.bin",
      "lstm-sample --beam 2 --length 20 checkpoint.bin", "lstm-score checkpoint.bin text.txt",
      "lstm-score --json checkpoint.bin text.txt", "lstm-score --per-line checkpoint.bin text.txt",
      "lstm-inspect checkpoint.bin", "lstm-inspect --json checkpoint.bin", "lstm-inspect --curve loss.csv",
      "lstm-bench loading --seconds 0.001 --loading-size 1",
      "lstm-study memory --print-records 5", "lstm-study --help", "lstm-study --manual", "lstm-study memory --help",
    ] + BuiltTool.products.flatMap { tool in ["--help", "--manual", "--version"].map { "\(tool.rawValue) \($0)" } }

  private func makeFolder() throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    return folder
  }

  @Test func outputThatCannotBeWritten() throws {
    let folder = try makeFolder()
    var faults = [(redirection: ">&-", reason: "Bad file descriptor; check where it goes to")]
    if FileManager.default.fileExists(atPath: "/dev/full") {
      faults.append(
        (">/dev/full", "No space left on device; free space on its disk, or choose another path"))
    }
    for command in Self.commands {
      let tool = command.prefix { $0 != " " }
      for (redirection, reason) in faults {
        try folder.bash("\(command) \(redirection)").expect(
          status: 74, error: "\(tool): cannot write to standard output: \(reason)\n")
      }
    }
  }

  @Test func aReaderThatReadsNothing() throws {
    let folder = try makeFolder()
    for command in Self.commands {
      let outcome = try folder.bash("{ \(command); echo $? > status; } | true")
      #expect(outcome.error == "", "\(command)")
      #expect(try folder.text(of: "status") == "0\n", "\(command)")
    }
  }

  @Test(arguments: [">&-", "2>&-", "<&- >&- 2>&-"])
  func whatIsSaidDoesNotGoIntoFiles(redirection: String) throws {
    let folder = try makeFolder()
    let before = try (folder.bytes(of: "checkpoint.bin"), folder.bytes(of: "checkpoint.last.bin"))
    let options = TinyTraining.options.joined(separator: " ")
    let outcome = try folder.bash("lstm-train \(options) --overwrite text.txt \(redirection)")
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty && outcome.error.isEmpty == redirection.contains("2>"))
    #expect(try folder.bytes(of: "checkpoint.bin") == before.0)
    #expect(try folder.bytes(of: "checkpoint.last.bin") == before.1)
    #expect(try folder.text(of: "text.txt") == TinyTraining.text)
    let rows = try folder.text(of: "loss.csv").split(separator: "\n")
    #expect(rows.count > 1 && rows.allSatisfy { $0.count { $0 == "," } == 11 })
    #expect(try folder.names().filter { !$0.hasSuffix(".lock") } == TinyTraining.files)

    // Progress and notices are not written into a result file.
    let sample = "lstm-sample --seed 1 --length 50 checkpoint.bin"
    #expect(try folder.bash("\(sample) 2>&-").output == folder.bash(sample).output)
  }

  @Test func inputThatIsClosed() throws {
    let folder = try makeFolder()
    for (command, message) in [
      (
        "lstm-train -o other.bin --log other.csv -",
        "lstm-train: standard input: cannot read (Bad file descriptor); check where it comes from\n"
      ),
      (
        "lstm-sample --interactive checkpoint.bin",
        "lstm-sample: cannot read standard input: Bad file descriptor; check where it comes from\n"
      ),
    ] {
      try folder.bash("\(command) <&-").expect(status: 74, error: message)
    }
  }

  @Test func argumentsThatAreNotUTF8() throws {
    let folder = try makeFolder()
    for tool in BuiltTool.products.map(\.rawValue) + ["lstm-study"] {
      try folder.bash("\(tool) --threads $'caf\\xE9.txt'").expect(
        status: 64,
        error: "\(tool): the argument 'caf\u{FFFD}.txt' is not valid UTF-8; rename the file, or let the terminal write "
          + "UTF-8\n")
    }
  }

  @Test(arguments: [[:], ["TERM": ""], ["TERM": "dumb"], ["TERM": "no-such-terminal"]])
  func terminalsThatNobodyKnows(environment: [String: String]) throws {
    let folder = try makeFolder()
    let outcome = try folder.run(.score, ["checkpoint.bin", "text.txt"], environment: environment)
    outcome.expect(status: 0, output: outcome.output, error: "")
    #expect(outcome.output.split(separator: "\n").count == 2)
  }
}
