internal import RecurrentEngine

/// A benchmark of training steps on random text.
struct TrainingStep {
  /// Times of one step.
  struct Sample {
    var seconds: Double
    /// Time of each phase, in seconds.
    var phases: ChunkTrainer.PhaseTimes
  }

  private let trainer: ChunkTrainer
  private let configuration: TrainingConfiguration
  private var random = RandomGenerator(seed: 1)
  private var isFirst = true

  /// - Throws: `KernelSelectionError`
  init(_ configuration: TrainingConfiguration, _ model: ModelConfiguration, threadCount: Int) throws {
    self.configuration = configuration
    trainer = ChunkTrainer(
      try .random(model, configuration.initialization), optimizer: configuration.optimizer, clip: configuration.clip,
      batchSize: configuration.batchSize, shardCount: configuration.shardCount,
      chunkLength: configuration.chunkLength, threadCount: threadCount)
  }

  /// Number of characters that a step predicts.
  var characters: Double { Double(configuration.batchSize) * Double(configuration.chunkLength) }

  /// Trains on a new chunk and returns the times, without that of creating the chunk.
  mutating func run() -> Sample {
    let chunk = makeChunk()
    let before = trainer.phaseTimes
    let seconds = secondsOf { _ = trainer.update(chunk) }
    return Sample(seconds: seconds, phases: trainer.phaseTimes - before)
  }

  private mutating func makeChunk() -> Chunk {
    defer { isFirst = false }
    return Chunk(
      stepCount: configuration.chunkLength, batchSize: configuration.batchSize, inputs: makeCharacters(),
      targets: makeCharacters(), isFirstOfEpoch: isFirst)
  }

  private mutating func makeCharacters() -> [Int32] {
    let vocabulary = 0..<Int32(trainer.model.configuration.vocabularySize)
    return (0..<configuration.chunkLength * configuration.batchSize).map { _ in .random(in: vocabulary, using: &random)
    }
  }
}

extension ChunkTrainer.PhaseTimes {
  fileprivate static func - (a: Self, b: Self) -> Self {
    var difference = a
    for phase in TrainingPhase.allCases { difference[keyPath: phase.seconds] -= b[keyPath: phase.seconds] }
    return difference
  }
}
