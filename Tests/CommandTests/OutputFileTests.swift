import Foundation
import Testing

/// Tests of the output files of `lstm-train`, which are checked before it reads a text.
struct OutputFileTests {
  @Test(arguments: ["--checkpoint", "--log"])
  func whatCannotBeCreated(option: String) throws {
    let folder = try WorkFolder()
    try folder.makeFolder("folder")
    try folder.train(option, "folder").expect(
      status: 73,
      error: "lstm-train: folder: cannot create (Is a directory); choose the path of a file\n")
    try folder.train(option, "missing/file").expect(
      status: 73,
      error: "lstm-train: missing/file: cannot create (No such file or directory); "
        + "create its folder, or choose another path\n")
    try folder.train(option, "text.txt/file").expect(
      status: 73,
      error: "lstm-train: text.txt/file: cannot create (Not a directory); check the path: a part of it is no folder\n")
    #expect(try folder.names() == ["folder", "text.txt"])
  }

  /// The advice names the cause, in all tools.
  @Test func adviceFitsTheError() throws {
    let folder = try WorkFolder()
    try FileManager.default.createSymbolicLink(atPath: folder.path(of: "loop"), withDestinationPath: "loop")
    try folder.write("a text", to: "text.txt")
    let long = String(repeating: "x", count: 300)
    for (path, advice) in [
      ("loop", "check the symbolic links in the path"), (long, "use a shorter name or path"),
      ("text.txt/x", "check the path: a part of it is no folder"), ("missing", "check the path"),
    ] {
      for (tool, arguments) in [
        (BuiltTool.train, [path]), (.train, ["--resume", path, "text.txt"]), (.sample, [path]),
        (.score, [path, "text.txt"]), (.inspect, [path]), (.inspect, ["--curve", path]),
      ] {
        let outcome = try folder.run(tool, arguments)
        #expect(outcome.status == 66, "\(tool) \(arguments)")
        #expect(outcome.error.hasSuffix("); \(advice)\n"), "\(outcome.error)")
      }
    }
  }

  @Test(.enabled(if: geteuid() != 0, "permissions do not bind root"), arguments: ["--checkpoint", "--log"])
  func aFolderThatMayNotBeWritten(option: String) throws {
    let folder = try WorkFolder()
    try folder.makeFolder("closed")
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path(of: "closed"))
    try folder.train(option, "closed/file").expect(
      status: 73,
      error: "lstm-train: closed/file: cannot create (Permission denied); "
        + "check the permissions of the file and its folder, or choose another path\n")
  }

  @Test func aDeviceIsNoCheckpoint() throws {
    let folder = try WorkFolder()
    try folder.train("--checkpoint", "/dev/null").expect(
      status: 73,
      error: "lstm-train: /dev/null: cannot create (no regular file); choose another path\n")
  }

  @Test func aLossCurveMayGoNowhere() throws {
    let folder = try WorkFolder()
    #expect(try folder.train("--log", "/dev/null").status == 0)
    #expect(try folder.names() == ["checkpoint.bin", "checkpoint.last.bin", "text.txt"])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aFullDisk() throws {
    let folder = try WorkFolder()
    let outcome = try folder.train("--log", "/dev/full")
    #expect(outcome.status == 74)
    #expect(
      outcome.errorLines.last
        == "lstm-train: /dev/full: cannot write (No space left on device); free space on its disk, or choose another path"
    )
    #expect(try folder.names() == ["checkpoint.bin", "checkpoint.last.bin", "text.txt"], "training continued")
  }

  @Test func theModelAndTheLossCurveAreTwoFiles() throws {
    let folder = try WorkFolder()
    try folder.write("an older curve", to: "old.csv")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path(of: "link.bin"), withDestinationPath: "old.csv")
    let error = "lstm-train: --checkpoint and --log are the same file; choose another path for one of them\n"
    for (checkpoint, log) in [
      ("new.bin", "new.bin"), ("new.bin", "./new.bin"), (folder.path(of: "new.bin"), "new.bin"),
      ("old.csv", "old.csv"), ("link.bin", "old.csv"),
    ] {
      try folder.train("--checkpoint", checkpoint, "--log", log).expect(status: 64, error: error)
    }
    #expect(try folder.text(of: "old.csv") == "an older curve")
    #expect(try folder.names() == ["link.bin", "old.csv", "text.txt"])
  }

  @Test(arguments: ["--checkpoint", "--log"])
  func aTextIsNotOverwritten(option: String) throws {
    let folder = try WorkFolder()
    try folder.write("more text", to: "more.txt")
    try folder.train()
    try folder.train(option, "./text.txt", texts: ["more.txt", "text.txt"]).expect(
      status: 64, error: "lstm-train: \(option) would overwrite the text text.txt; choose another path\n")
    #expect(try folder.text(of: "text.txt") == TinyTraining.text)
  }

  @Test func overwritingReplacesTheRunBefore() throws {
    let folder = try WorkFolder()
    try folder.train("--seed", "1")
    let first = try folder.bytes(of: "checkpoint.bin")
    try folder.train("--seed", "2", "--overwrite")
    #expect(try folder.bytes(of: "checkpoint.bin") != first)
    try folder.train("--seed", "1", "--overwrite")
    #expect(try folder.bytes(of: "checkpoint.bin") == first)
    try LossCurveFile(folder.text(of: "loss.csv")).expectWellFormed()
    #expect(try folder.names() == TinyTraining.files)
  }

  @Test func theStateNeedsAPlaceToo() throws {
    let folder = try WorkFolder()
    try folder.makeFolder("checkpoint.last.bin")
    try folder.train().expect(
      status: 73,
      error: "lstm-train: checkpoint.last.bin: cannot create (Is a directory); choose the path of a file\n")
    try folder.train("--log", "other.last.bin", "-o", "other.bin").expect(
      status: 64,
      error: "lstm-train: --checkpoint and --log are the same file; choose another path for one of them\n")
  }

  /// Files may have at most 8 kB: the model fits, the training state does not.
  @Test func aCheckpointThatCannotBeWritten() throws {
    let (folder, whole) = (try WorkFolder(), try WorkFolder())
    try whole.train().expectSuccess()
    try folder.train("--stop-after", "10").expectSuccess()
    let state = try folder.bytes(of: "checkpoint.last.bin")
    #expect(state.count > 8192)
    let line = "ulimit -f 16; exec \"$0\" --continue --checkpoint-every 5 --log other.csv text.txt"
    let outcome = try folder.shell(line, .train)
    #expect(outcome.status == 74)
    let problem =
      "checkpoint.last.bin: cannot write (File too large); "
      + "raise the limit on file sizes (ulimit -f), or choose another path"
    #expect(
      outcome.errorLines.filter { $0.contains("File too large") } == [
        "lstm-train: warning: \(problem); training continues, and saving a checkpoint is retried",
        "lstm-train: \(problem)",
      ])
    #expect(try folder.bytes(of: "checkpoint.last.bin") == state)
    #expect(try folder.bytes(of: "checkpoint.bin") == whole.bytes(of: "checkpoint.bin"), "only the model fits")
    #expect(try folder.text(of: "other.csv").contains("\n93,"), "training continued")
    try folder.train("--continue").expectSuccess()
    #expect(try ResumeTests.Result(folder) == ResumeTests.Result(whole))
  }

  /// The obstacle disappears during the run, and the run succeeds.
  @Test func aCheckpointThatIsTriedAgain() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let run = try folder.start(
      .train, TinyTraining.options + ["--epochs", "100000", "--checkpoint-every", "1", "text.txt"])
    try run.wait(for: "a checkpoint") { try folder.names().contains("checkpoint.last.bin") }
    try run.wait(for: "a folder with the name of the checkpoint") {
      unlink(folder.path(of: "checkpoint.last.bin"))
      return mkdir(folder.path(of: "checkpoint.last.bin"), 0o755) == 0
    }
    try run.wait(for: "a warning") { run.error.contains("training continues, and saving a checkpoint is retried") }
    try #require(rmdir(folder.path(of: "checkpoint.last.bin")) == 0)
    try run.wait(for: "a checkpoint") { try folder.names().contains("checkpoint.last.bin") }
    run.signal(SIGTERM)
    #expect(try run.outcome().status == 143)
    try folder.train("--continue", "--epochs", "100000", "--stop-after", "1").expectSuccess()
  }
}
