internal import RecurrentEngine

/// Unicode scalars that there are, each of which can be a character of a vocabulary.
let scalarCount = 0x11_0000 - 0x800

/// Whole training steps on random text.
struct TrainingStep {
  /// One step, timed.
  struct Sample {
    var seconds: Double
    /// Seconds in each phase.
    var phases: ChunkTrainer.PhaseTimes
  }

  private let trainer: ChunkTrainer
  private let configuration: TrainingConfiguration
  private var random = RandomGenerator(seed: 1)
  private var isFirst = true

  /// - Throws: `KernelSelectionError`
  init(_ configuration: TrainingConfiguration, vocabularySize: Int, threadCount: Int) throws {
    self.configuration = configuration
    let scalars = (0..<UInt32(0x11_0000)).lazy.compactMap(Unicode.Scalar.init).prefix(vocabularySize)
    let model = try LanguageModel(
      cell: configuration.cell, hiddenSize: configuration.hiddenSize, layerCount: configuration.layerCount,
      vocabulary: Vocabulary(unit: configuration.unit, entries: scalars.map { Array(String($0).utf8) }),
      initialization: configuration.initialization)
    trainer = ChunkTrainer(
      model, optimizer: configuration.optimizer, clip: configuration.clip, batchSize: configuration.batchSize,
      chunkLength: configuration.chunkLength, threadCount: threadCount)
  }

  /// Characters that a step predicts.
  var characters: Double { Double(configuration.batchSize) * Double(configuration.chunkLength) }

  /// Learns from another chunk, which is made before the time begins.
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
  /// All phases with the names that reports give them.
  static let phases: [(name: String, seconds: WritableKeyPath<Self, Double> & Sendable)] = [
    ("forward", \.forward), ("softmax", \.softmax), ("backward", \.backward),
    ("weight_gradients", \.weightGradients), ("update", \.update), ("packing", \.packing),
  ]

  fileprivate static func - (a: Self, b: Self) -> Self {
    var difference = a
    for (_, seconds) in phases { difference[keyPath: seconds] -= b[keyPath: seconds] }
    return difference
  }
}
