import Foundation
import Testing

/// Tests of two runs with the same files.
struct LockTests {
  @Test func theSecondRunIsRefused() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let run = try folder.start(.train, TinyTraining.options + ["--epochs", "100000", "--log-every", "1", "text.txt"])
    try run.wait(for: "a step") { try folder.names().contains("loss.csv") }
    for (options, name) in [
      ([], "checkpoint.bin"), (["--overwrite"], "checkpoint.bin"), (["-o", "b.bin"], "loss.csv"),
    ] {
      let outcome = try folder.train(options)
      let option = name == "loss.csv" ? "--log" : "--checkpoint"
      #expect(outcome.status == 73)
      #expect(
        outcome.errorLines.last
          == "lstm-train: \(name): another run is writing it; wait for its end or choose another \(option)")
    }
    // The refusal comes before the state is read.
    try folder.write("damaged", to: "other.last.bin")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path(of: "other.bin"), withDestinationPath: "checkpoint.bin")
    let refused = try folder.train("--resume", "other.last.bin", "--log", "c.csv")
    #expect(refused.status == 73 && refused.error.contains("other.bin: another run is writing it"), "\(refused.error)")
    for name in ["other.bin", "other.last.bin"] { unlink(folder.path(of: name)) }
    try folder.train("-o", "b.bin", "--log", "b.csv").expectSuccess()
    run.signal(SIGTERM)
    #expect(try run.outcome().status == 143)
    #expect(try folder.names() == (TinyTraining.files + ["b.bin", "b.csv", "b.last.bin"]).sorted())
  }

  @Test func theDeadLeaveNoObstacle() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let run = try folder.start(.train, TinyTraining.options + ["--epochs", "100000", "--log-every", "1", "text.txt"])
    try run.wait(for: "a step") { try folder.names().contains("loss.csv") }
    run.signal(SIGKILL)
    #expect(try run.outcome().status == -SIGKILL)
    #expect(try folder.names().contains(".checkpoint.bin.lock"))
    // Temporary files of a process that was killed while it wrote.
    let left = ["checkpoint.bin.tmp-1", "checkpoint.last.bin.tmp-99", "checkpoint.step-7.bin.tmp-3"]
    let foreign = ["other.bin.tmp-1", "checkpoint.bin.tmp-x", "checkpoint.bin.tmp-"]
    for name in left + foreign { try folder.write("half a file", to: name) }
    try folder.train("--continue").expectSuccess()
    #expect(try folder.names().filter { !$0.contains("previous") } == (TinyTraining.files + foreign).sorted())
  }
}
