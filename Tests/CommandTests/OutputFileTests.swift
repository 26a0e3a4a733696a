import Foundation
import Testing

/// Where `lstm-train` may write, found out before it reads a text.
struct OutputFileTests {
  @Test(arguments: ["--checkpoint", "--log"])
  func whatCannotBeCreated(option: String) throws {
    let folder = try WorkFolder()
    try folder.makeFolder("folder")
    try folder.train(option, "folder").expect(
      status: 73,
      error: "lstm-train: folder: cannot create (Is a directory); check its folder or choose another path\n")
    try folder.train(option, "missing/file").expect(
      status: 73,
      error: "lstm-train: missing/file: cannot create (No such file or directory); "
        + "check its folder or choose another path\n")
    try folder.train(option, "text.txt/file").expect(
      status: 73,
      error: "lstm-train: text.txt/file: cannot create (Not a directory); check its folder or choose another path\n")
    #expect(try folder.names() == ["folder", "text.txt"])
  }

  @Test(.enabled(if: geteuid() != 0, "permissions do not bind root"), arguments: ["--checkpoint", "--log"])
  func aFolderThatMayNotBeWritten(option: String) throws {
    let folder = try WorkFolder()
    try folder.makeFolder("closed")
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path(of: "closed"))
    try folder.train(option, "closed/file").expect(
      status: 73,
      error: "lstm-train: closed/file: cannot create (Permission denied); check its folder or choose another path\n")
  }

  @Test func aDeviceIsNoCheckpoint() throws {
    let folder = try WorkFolder()
    try folder.train("--checkpoint", "/dev/null").expect(
      status: 73,
      error: "lstm-train: /dev/null: cannot create (no regular file); check its folder or choose another path\n")
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
      outcome.errorLines.last == "lstm-train: /dev/full: cannot write (No space left on device); check the disk")
    #expect(try folder.names() == ["checkpoint.bin", "checkpoint.last.bin", "text.txt"], "training went on")
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
}
