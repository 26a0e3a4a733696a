internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

extension LSTMTrain {
  /// How near to the least possible loss is near enough, in nats per character.
  private static let overfitMargin = 0.01

  /// Learns the first batch of a text by heart.
  ///
  /// - Returns: The status that a signal asks for, else success.
  /// - Throws: `ToolError` with status `diverged` if it does not come near to the least possible loss; `CorpusError` if
  ///   the text cannot be read any more.
  static func overfit(
    _ model: LanguageModel, on streams: TrainingStreams, _ configuration: TrainingConfiguration, threadCount: Int,
    _ options: TrainOptions, _ output: TrainingOutput
  ) throws -> ExitStatus {
    StopSignal.watch()
    var chunk = Chunk()
    try streams.next(into: &chunk)
    let goal = chunk.leastLoss + overfitMargin
    let trainer = ChunkTrainer(
      model, optimizer: configuration.optimizer, clip: configuration.clip, batchSize: configuration.batchSize,
      chunkLength: configuration.chunkLength, threadCount: threadCount)
    func say(_ line: String) throws {
      output.clear()
      if !options.isQuiet { try OutputDescriptor.standardOutput.write(line + "\n") }
    }
    try say(
      "one batch of \(NumberText.counted(chunk.countedCharacters, configuration.unit.rawValue)); the least possible loss "
        + "is \(text(chunk.leastLoss)) nats per character, as far as rows begin alike")
    let mostUpdates = options.steps ?? 1
    var loss = Double.infinity
    // Before each update the loss is that after all earlier ones.
    for updateCount in 0...mostUpdates {
      if let status = StopSignal.status { return status }
      let update = trainer.update(chunk)
      loss = update.lossSum / Double(update.countedCharacters)
      guard update.isFinite else {
        output.clear()
        throw ToolError(
          .diverged,
          "loss or gradient is no finite number after \(NumberText.counted(updateCount, "update")); lower --learning-rate "
            + "or --clip")
      }
      output.update(
        { _ in StatusLine("update \(NumberText.grouped(updateCount))  loss \(text(loss))") },
        fraction: Double(updateCount) / Double(mostUpdates), at: secondsNow())
      let isReached = loss <= goal
      if isReached || updateCount.isRound || updateCount == mostUpdates {
        try say("after \(NumberText.counted(updateCount, "update")): \(text(loss)) nats per character")
      }
      if isReached {
        try say("passed: the model has learned the batch by heart, as a right implementation can.")
        return .ok
      }
    }
    throw ToolError(
      .diverged,
      "the batch is not learned by heart: its loss is \(text(loss)) nats per character after "
        + "\(NumberText.counted(mostUpdates, "update")), and \(text(goal)) was to be reached; try more "
        + "--steps, a larger --hidden or another --learning-rate")
  }

  private static func text(_ loss: Double) -> String { NumberText.fixed(loss, decimals: 4) }
}

extension Int {
  /// 0, 1, 2, 5, 10, 20, 50 and so on.
  fileprivate var isRound: Bool {
    var rest = self
    while rest >= 10, rest % 10 == 0 { rest /= 10 }
    return [0, 1, 2, 5].contains(rest)
  }
}
