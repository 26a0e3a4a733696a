import Foundation
import Testing

/// Tests of signals that end a run.
struct SignalTests {
  private static let long = TinyTraining.options + ["--log-every", "1", "--epochs", "2000", "text.txt"]

  @Test(arguments: [SIGINT, SIGTERM])
  func theFirstSavesAndStops(signal: Int32) throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let run = try folder.start(.train, Self.long)
    try run.wait(for: "a step") { try folder.names().contains("loss.csv") }
    run.signal(signal)
    let outcome = try run.outcome()
    #expect(outcome.status == 128 + signal)
    let last = try #require(outcome.errorLines.last)
    let match = try #require(
      last.wholeMatch(
        of: /saved and stopped after step ([0-9]+) of 62000; continue with: lstm-train --resume checkpoint.last.bin .+/)
    )
    #expect(try folder.names() == TinyTraining.files)

    let step = try #require(Int(match.1.filter { $0 != "," }))
    #expect(try LossCurveFile(folder.text(of: "loss.csv")).rows.last?["step"] == String(step))
    try folder.train("--continue", "--log-every", "1", "--epochs", "2000", "--stop-after", "5").expectSuccess()
    let whole = try WorkFolder()
    try whole.train("--log-every", "1", "--epochs", "2000", "--stop-after", String(step + 5)).expectSuccess()
    #expect(try ResumeTests.Result(folder) == ResumeTests.Result(whole))
  }

  /// SIGUSR1 is the warning that Slurm sends some time before a job ends.
  @Test func aWarningSavesAndStops() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let run = try folder.start(.train, Self.long)
    try run.wait(for: "a step") { try folder.names().contains("loss.csv") }
    run.signal(SIGUSR1)
    let outcome = try run.outcome()
    #expect(outcome.status == 143 && outcome.error.contains("saved and stopped after step"))
    #expect(try folder.names() == TinyTraining.files)
  }

  /// While the run waits for its text, there is nothing to save.
  @Test(arguments: [SIGINT, SIGTERM])
  func theFirstEndsAtOnceBeforeTraining(signal: Int32) throws {
    let folder = try WorkFolder()
    try #require(mkfifo(folder.path(of: "pipe"), 0o600) == 0)
    let run = try folder.start(.train, TinyTraining.options + ["pipe"])
    try run.wait(for: "a lock") { try folder.names().contains(".checkpoint.bin.lock") }
    run.signal(signal)
    #expect(try run.outcome().status == 128 + signal)
  }

  /// The status line is erased even if the process ends at once.
  @Test func theSecondErasesTheStatusLine() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let terminal = try Terminal(columns: 80, rows: 24)
    let run = try RunningTool(
      BuiltTool.train.path, Self.long, in: folder, terminal: terminal, environment: ["TERM": "xterm"])
    var text = ""
    try run.wait(for: "a status line") {
      text += terminal.read()
      return text.contains("% ")
    }
    for signal in [SIGSTOP, SIGINT, SIGTERM, SIGCONT] { run.signal(signal) }
    while run.isRunning { text += terminal.read() }
    #expect([128 + SIGINT, 128 + SIGTERM].contains(try run.outcome().status))
    #expect((text + terminal.read()).hasSuffix("\r\u{1B}[J"))
  }

  /// `timeout` sends one signal to the process and to its group.
  @Test(arguments: [SIGINT, SIGTERM])
  func aRepetitionIsTheSameRequest(signal: Int32) throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let run = try folder.start(.train, Self.long)
    try run.wait(for: "a step") { try folder.names().contains("loss.csv") }
    run.signal(signal)
    usleep(1000)
    run.signal(signal)
    let outcome = try run.outcome()
    #expect(outcome.status == 128 + signal)
    #expect(outcome.errorLines.last?.hasPrefix("saved and stopped after step ") == true, "\(outcome.error)")
  }

  @Test func theSecondEndsAtOnce() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let run = try folder.start(.train, Self.long)
    try run.wait(for: "a step") { try folder.names().contains("loss.csv") }
    // Both signals arrive in the same step, because the process is suspended in between.
    for signal in [SIGSTOP, SIGINT, SIGTERM, SIGCONT] { run.signal(signal) }
    let outcome = try run.outcome()
    #expect([128 + SIGINT, 128 + SIGTERM].contains(outcome.status), "\(outcome.error)")
    #expect(!outcome.error.contains("stopped after"))
    // No lock or temporary file prevents the next run.
    try folder.train("--continue", "--overwrite").expectSuccess()
    #expect(try folder.names() == TinyTraining.files)
  }
}
