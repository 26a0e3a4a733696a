import Foundation
import Testing

@testable import RecurrentEngine

/// Tests of `lstm-study verify`.
struct VerifyTests {
  private func verify(_ folder: WorkFolder, _ arguments: String...) throws -> Outcome {
    try folder.run(.study, ["verify", "-q"] + arguments)
  }

  @Test(arguments: [
    [], ["--stop-after", "40", "--average", "0.9"], ["--schedule", "wsd", "--dropout", "0.3", "--cell", "gru"],
    ["--lines", "--val-every", "7", "--patience", "2"], ["--schedule", "plateau", "--learning-rate", "2"],
    ["--steps", "0"], ["--val-fraction", "0"],
  ])
  func aRunIsRepeated(options: [String]) throws {
    let folder = try WorkFolder()
    try folder.train(options).expectSuccess()
    for file in ["checkpoint.bin", "checkpoint.last.bin"] {
      let outcome = try verify(folder, "--threads", "2", file, "text.txt").expectSuccess()
      #expect(outcome.output.hasPrefix("the same: ") && outcome.error.isEmpty, "\(options)")
    }
  }

  /// The file of a stopped run with a time limit has a length only if the learning rate depends on it.
  @Test(arguments: ["constant", "cosine"]) func aRunOfLimitedTime(schedule: String) throws {
    let folder = try WorkFolder()
    try folder.train(["--schedule", schedule, "--max-time", "1h", "--stop-after", "3"], bounded: false).expectSuccess()
    try verify(folder, "checkpoint.last.bin", "text.txt").expectSuccess()
  }

  @Test func anotherOptionIsFound() throws {
    let folder = try WorkFolder()
    try folder.train("--dropout", "0.2").expectSuccess()
    try folder.rewriteState { _, metadata in
      let configuration = try #require(metadata["configuration"])
      #expect(configuration.contains(#""dropout":0.2"#))
      metadata["configuration"] = configuration.replacing(#""dropout":0.2"#, with: #""dropout":0.3"#)
      metadata["run"] = try #require(metadata["run"]).replacing(#""--dropout","0.2""#, with: #""--dropout","0.3""#)
    }
    let outcome = try verify(folder, "checkpoint.last.bin", "text.txt")
    #expect(outcome.status == 76 && outcome.output.isEmpty)
    #expect(
      outcome.error.wholeMatch(
        of: /lstm-study: checkpoint.last.bin: [\d,]+ of [\d,]+ weights differ, the first in rnn.weight_ih_l0 .*\n/)
        != nil)
  }

  @Test func filesThatTheRunNeeds() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    try folder.write(String(TinyTraining.text.prefix(300)), to: "val.txt")
    try folder.write(TinyTraining.text + "!", to: "other.txt")
    try folder.train("-o", "parent.bin").expectSuccess()
    try folder.train("--init-from", "parent.bin", "--val-file", "val.txt", "--seed", "4").expectSuccess()
    let checksum = try #require(try Checkpoint(path: folder.path(of: "checkpoint.bin")).initialChecksum)
    for (arguments, status, message) in [
      (["checkpoint.bin", "text.txt"], 64, "checkpoint.bin is of a run with --val-file; give the same file again"),
      (
        ["--val-file", "val.txt", "checkpoint.bin", "text.txt"], 64,
        "checkpoint.bin is of a run that began with the weights of the checkpoint with CRC-32C \(checksum); give that "
          + "checkpoint with --init-from"
      ),
      (
        ["--val-file", "val.txt", "--init-from", "parent.bin", "checkpoint.bin", "other.txt"], 65,
        "other.txt, val.txt: not the text that checkpoint.bin was trained on; give that text"
      ),
      (
        ["--init-from", "checkpoint.bin", "parent.bin", "text.txt"], 64,
        "parent.bin is of a run that began with random weights; leave out --init-from"
      ),
      (["parent.bin"], 64, "give a checkpoint and the text that it was trained on"),
      (["nothing.bin", "text.txt"], 66, "nothing.bin: cannot open (No such file or directory); check the path"),
    ] as [([String], Int32, String)] {
      let outcome = try folder.run(.study, ["verify", "-q"] + arguments)
      #expect(outcome.status == status)
      #expect(outcome.error == "lstm-study: \(message)\n")
    }
    try verify(folder, "--val-file", "val.txt", "--init-from", "parent.bin", "checkpoint.bin", "text.txt")
      .expectSuccess()
  }

  @Test func aRunOfTwoLengths() throws {
    let folder = try WorkFolder()
    try folder.train("--schedule", "linear", "--stop-after", "31").expectSuccess()
    try folder.run(.train, ["--continue", "--epochs", "4", "text.txt"]).expectSuccess()
    let outcome = try verify(folder, "checkpoint.bin", "text.txt")
    #expect(outcome.status == 65)
    #expect(outcome.error.contains("the run was resumed after step 31 with another length"))
  }
}
