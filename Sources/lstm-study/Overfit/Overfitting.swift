internal import CommandLineSupport
internal import RecurrentEngine

/// Training on a single mini-batch.
struct Overfitting {
  let chunk: Chunk
  let trainer: ChunkTrainer
  let maximumSteps: Int
  let output: StudyOutput
  let isQuiet: Bool

  /// Distance from the minimum loss at which training ends, in nats per character.
  private static let margin = 0.01

  func print(_ line: String) throws {
    output.clear()
    if !isQuiet { try OutputDescriptor.standardOutput.write(line + "\n") }
  }

  /// Trains until the loss is within `margin` of the minimum, or until a signal.
  ///
  /// - Returns: The exit status of a signal, or success.
  /// - Throws: `ToolError` with status `diverged` if the loss stays above that.
  func run() throws -> ExitStatus {
    let goal = chunk.leastLoss + Self.margin
    var loss = Double.infinity
    // A step computes the loss before its update, so one more step measures the loss after the last update.
    for step in 0...maximumSteps {
      if let status = StopSignal.status { return status }
      let update = trainer.update(chunk)
      loss = update.lossSum / Double(update.countedCharacters)
      guard update.isFinite else {
        output.clear()
        throw ToolError(
          .diverged,
          "loss or gradient is NaN or infinite after \(NumberText.plain(step, "step")); lower --learning-rate or --clip"
        )
      }
      output.update(
        "step \(step)  loss \(lossText(loss))", fraction: Double(step) / Double(maximumSteps))
      if loss <= goal || step.isRound || step == maximumSteps {
        try print("after \(NumberText.plain(step, "step")): \(lossText(loss)) nats per character")
      }
      if loss <= goal {
        try print("passed: the model overfits the batch.")
        return .ok
      }
    }
    throw ToolError(
      .diverged,
      "the batch is not overfitted: its loss is \(lossText(loss)) nats per character after "
        + "\(NumberText.plain(maximumSteps, "step")), and the goal is \(lossText(goal)); try more --steps, a larger "
        + "--hidden or another --learning-rate")
  }
}

extension Int {
  /// Whether the number is 0, 1, 2, 5, 10, 20, 50 and so on.
  fileprivate var isRound: Bool {
    var rest = self
    while rest >= 10, rest % 10 == 0 { rest /= 10 }
    return [0, 1, 2, 5].contains(rest)
  }
}
