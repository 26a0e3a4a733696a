import Foundation
import RecurrentEngine
import Testing

@testable import lstm_study

/// Tests of `lstm-study gradients` and `lstm-study overfit`.
struct SelfCheckTests {
  // MARK: gradients

  @Test(arguments: TrainingRunTests.cells)
  func gradientsAreThoseOfTheEquations(cell: [String]) throws {
    let folder = try WorkFolder()
    let outcome = try folder.run(.study, ["gradients", "--hidden", "3"] + cell).expectSuccess()
    #expect(try folder.names() == [], "nothing is written")
    #expect(outcome.output.contains("passed: "))
    let blocks = outcome.output.split(separator: "\n\n").map { $0.split(separator: "\n") }
    try #require(blocks.count == 5)
    // Each row ends with one gradient, computed in three ways.
    let gradients = blocks[1].dropFirst().map { $0.split(separator: " ").suffix(3).compactMap { Double($0) } }
    #expect(gradients.count > 20 && gradients.allSatisfy { $0.count == 3 })
    let largest = gradients.joined().map(abs).max() ?? 0
    #expect(largest > 1e-3)
    for gradient in gradients {
      #expect(abs(gradient[0] - gradient[1]) < 1e-3 * largest && abs(gradient[1] - gradient[2]) < 1e-5 * largest)
    }
    #expect(outcome.errorLines.first?.hasPrefix("text: random characters: ") == true)
    #expect(outcome.errorLines.contains { $0.hasPrefix("model: ") })
    let again = try folder.run(.study, ["gradients", "--hidden", "3", "--threads", "2"] + cell)
    #expect(again.output == outcome.output)
    #expect(
      try folder.run(.study, ["gradients", "--hidden", "3", "--seed", "9"] + cell).output != outcome.output)
  }

  @Test(arguments: [
    [], ["--embedding", "7"], ["--embedding", "4", "--tie"], ["--layer-norm"], ["--layers", "1", "--hidden", "17"],
    ["--batch-size", "5", "--seq-length", "12"], ["--unit", "byte"],
  ])
  func anyModelOnAnyText(options: [String]) throws {
    let folder = try WorkFolder()
    let arguments = ["gradients", "--hidden", "4"] + options + ["text.txt"]
    let outcome = try folder.run(.study, arguments, writing: TinyTraining.text).expectSuccess()
    #expect(outcome.output.contains("passed: "))
    #expect(try folder.names() == ["text.txt"])
    #expect(try folder.run(.study, arguments + ["--quiet"]).expectSuccess().output == "")
  }

  @Test func aTrainedModel() throws {
    let folder = try WorkFolder()
    try folder.train("--cell", "gru").expectSuccess()
    let before = try folder.names()
    let outcome = try folder.run(.study, ["gradients", "--init-from", "checkpoint.bin", "text.txt"])
    #expect(outcome.expectSuccess().output.contains("layers.0.U.z"))
    #expect(try folder.names() == before)
  }

  // MARK: overfit

  @Test(arguments: TrainingRunTests.cells)
  func aBatchIsOverfitted(cell: [String]) throws {
    let folder = try WorkFolder()
    let outcome = try folder.run(
      .study, ["overfit", "--hidden", "48", "--seq-length", "16"] + cell + ["text.txt"], writing: TinyTraining.text
    ).expectSuccess()
    #expect(try folder.names() == ["text.txt"], "nothing is written")
    let least = try #require(outcome.output.firstMatch(of: /the least possible loss is ([0-9.]+) nats/))
    let rows = outcome.output.matches(of: /after ([0-9,]+) steps?: ([0-9.]+) nats per character\n/)
    #expect(rows.prefix(4).map { $0.1 } == ["0", "1", "2", "5"])
    let losses = rows.compactMap { Double($0.2) }
    let goal = try #require(Double(least.1)) + 0.01
    #expect(try #require(losses.last) <= goal + 1e-4)
    #expect(losses.dropLast().allSatisfy { $0 > goal - 1e-4 })
    #expect(
      outcome.output.hasSuffix("passed: the model overfits the batch.\n"))
  }

  @Test func aBatchThatIsNotOverfittedFails() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let short = try folder.run(.study, ["overfit", "--steps", "3", "text.txt"])
    #expect(short.status == 76)
    #expect(
      try #require(short.errorLines.last).wholeMatch(
        of:
          /lstm-study: the batch is not overfitted: its loss is [0-9.]+ nats per character after 3 steps, and the goal is [0-9.]+; try more --steps, a larger --hidden or another --learning-rate/
      ) != nil)
    // One hidden unit cannot memorize the batch in any number of steps.
    #expect(
      try folder.run(.study, ["overfit", "--quiet", "--hidden", "1", "--steps", "500", "text.txt"]).status == 76)
  }

  @Test func theLeastLossIsWhatRowsThatBeginAlikeLeaveOpen() {
    func chunk(_ inputs: [Int32], _ targets: [Int32], batch: Int) -> Chunk {
      Chunk(
        stepCount: inputs.count / batch, batchSize: batch, inputs: inputs, targets: targets, isFirstOfEpoch: true)
    }
    // Rows that begin with different characters have no common context.
    #expect(chunk([0, 1, 2, 2], [2, 2, 3, 4], batch: 2).leastLoss == 0)
    // In the first step two targets are possible, in the second only one.
    #expect(abs(chunk([0, 0, 2, 3], [2, 3, 5, 6], batch: 2).leastLoss - 2 * log(2) / 4) < 1e-12)
    // In both steps two targets are possible.
    #expect(abs(chunk([0, 0, 2, 2], [2, 2, 5, 6], batch: 2).leastLoss - 2 * log(2) / 4) < 1e-12)
    // One row of three has a different target; an ignored target adds no loss.
    let odd = chunk([0, 0, 0, 1], [2, 2, 3, Chunk.ignoredTarget], batch: 4)
    #expect(abs(odd.leastLoss - (2 * log(1.5) + log(3)) / 3) < 1e-12)
  }

  // MARK: Both

  /// Both commands train on one mini-batch of running text without regularization, and refuse other options.
  @Test(arguments: ["gradients", "overfit"])
  func foreignOptions(command: String) throws {
    let folder = try WorkFolder()
    for option in ["--resume", "--continue", "--lines", "--dropout", "--recurrent-dropout", "--val-file", "--average"] {
      let outcome = try folder.run(.study, [command, option, "0.1", "text.txt"])
      #expect(outcome.status == 64 && outcome.error.hasPrefix("lstm-study: unknown option '\(option)'; "))
    }
  }

  @Test(arguments: ["gradients", "overfit"])
  func aModelContradictsNoCheckpoint(command: String) throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    try folder.run(.study, [command, "--init-from", "checkpoint.bin", "--hidden", "9", "text.txt"]).expect(
      status: 64,
      error: "lstm-study: --hidden 9 contradicts checkpoint.bin, which has --hidden 8; leave the option out\n")
  }
}
