import Foundation
import Testing

/// Tests of runs on a system where a call fails.
@Suite(.enabled(if: FaultySystem.library != nil, "no compiler"))
struct FaultySystemTests {
  @Test(arguments: [EEXIST, EPERM, EINVAL, EBUSY])
  func aFileSystemThatDoesNotRename(error: Int32) throws {
    let (folder, whole) = (try WorkFolder(), try WorkFolder())
    try whole.train("--keep", "1").expectSuccess()
    let environment = FaultySystem.environment([.rename: error])
    try folder.train("--keep", "1", "--stop-after", "40", environment: environment).expectSuccess()
    let outcome = try folder.train("--keep", "1", "--continue", environment: environment).expectSuccess()
    #expect(
      outcome.errorLines.first
        == "lstm-train: notice: checkpoint.bin: its file system does not rename over a file; new contents are copied "
        + "over old ones")
    #expect(try ResumeTests.Result(folder) == ResumeTests.Result(whole))
    #expect(try folder.names() == whole.names())
    // An earlier result is copied if it cannot be renamed.
    try folder.train("--seed", "2", environment: environment).expectSuccess()
    #expect(try folder.bytes(of: "checkpoint.previous-1.bin") == whole.bytes(of: "checkpoint.bin"))
  }

  @Test(arguments: [EINVAL, ENOSYS])
  func aFileSystemThatDoesNotFlush(error: Int32) throws {
    let folder = try WorkFolder()
    let outcome = try folder.train(environment: FaultySystem.environment([.flush: error])).expectSuccess()
    #expect(
      outcome.errorLines.first
        == "lstm-train: notice: checkpoint.bin: its file system does not flush to disk; a power cut can cost the newest "
        + "results")
    #expect(try folder.names() == TinyTraining.files)
  }

  @Test(arguments: [FaultySystem.Call.rename, .flush])
  func aBrokenDiskIsSeenAtOnce(call: FaultySystem.Call) throws {
    let folder = try WorkFolder()
    try folder.train(environment: FaultySystem.environment([call: EIO])).expect(
      status: 74,
      error: "lstm-train: checkpoint.bin: cannot write (Input/output error); check the disk, or choose another path\n")
    #expect(try folder.names() == ["text.txt"])
  }

  /// The loss curve is flushed before a checkpoint is renamed, so that after a power failure it has all rows up to the
  /// checkpoint.
  @Test func theLossCurveIsFlushedBeforeACheckpoint() throws {
    let folder = try WorkFolder()
    try folder.train(
      ["--json-log", "run.jsonl"], environment: FaultySystem.environment([:], log: folder.path(of: "calls"))
    ).expectSuccess()
    let calls = try folder.text(of: "calls").replacing(folder.path + "/", with: "").split(separator: "\n")
    let saves = calls.indices.filter { calls[$0] == "rename checkpoint.bin" }
    #expect(saves.count == 3)
    for (before, save) in zip([0] + saves, saves) {
      #expect(calls[before..<save].contains("flush loss.csv") && calls[before..<save].contains("flush run.jsonl"))
    }
  }

  @Test func aSystemWithoutThreads() throws {
    let (folder, whole) = (try WorkFolder(), try WorkFolder())
    try whole.train("--threads", "3").expectSuccess()
    let environment = FaultySystem.environment([.createThread: EAGAIN])
    let notice = "notice: the system creates only 1 of 3 threads; raise its limits on processes (ulimit -u) and memory"
    let outcome = try folder.train("--threads", "3", environment: environment).expectSuccess()
    #expect(outcome.errorLines.first == "lstm-train: \(notice)")
    #expect(try ResumeTests.Result(folder) == ResumeTests.Result(whole))
    for (tool, arguments) in [
      (BuiltTool.sample, ["--count", "8", "checkpoint.bin"]), (.score, ["checkpoint.bin", "text.txt"]),
      (.inspect, ["--gradient-flow", "text.txt", "checkpoint.bin"]), (.study, ["overfit", "text.txt"]),
      (.bench, ["loading", "--loading-size", "1", "--seconds", "0.001"]),
    ] {
      let outcome = try folder.run(tool, arguments + ["--threads", "3"], environment: environment)
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.errorLines.contains("\(tool.rawValue): \(notice)"), "\(outcome.error)")
    }
  }
}
