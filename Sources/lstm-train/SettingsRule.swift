internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// The size of a model by a word.
enum Preset: String, CaseIterable, Sendable {
  case tiny, small, medium, large

  var hiddenSize: Int {
    switch self {
    case .tiny: 64
    case .small: 128
    case .medium: 256
    case .large: 512
    }
  }

  var layerCount: Int { self == .tiny ? 1 : 2 }
}

/// Chooses what a command line leaves open, from the length of the text and from how much may be computed.
///
/// The article *Settings that choose themselves* of the documentation says how its numbers were found.
struct SettingsRule {
  /// Characters to train on.
  private let characterCount: Int
  private let vocabularySize: Int
  /// Whether anything is held out.
  private let isValidated: Bool
  /// Floating-point operations in a second, about.
  private let speed: Double
  /// Of a run that nothing bounds.
  private var usualOperations = 1e14

  /// How often each weight is to be learned from, in characters.
  private static let charactersPerWeight = 6.0
  /// Weights for each character of the text beyond which a model learns it by heart, whatever is dropped.
  private static let weightsPerCharacter = 2.0
  /// In whole vectors of every CPU.
  private static let smallestHiddenSize = 32
  private static let hiddenSizes = stride(from: smallestHiddenSize, through: 1024, by: 32)
  private static let usualPatience = 10
  private static let epochCounts = 1.0...200.0

  init(characterCount: Int, vocabularySize: Int, isValidated: Bool, threadCount: Int, kernelName: String) {
    self.characterCount = max(characterCount, 1)
    self.vocabularySize = vocabularySize
    self.isValidated = isValidated
    // What a core of recent years reaches with these kernels. Sizes depend on its square root, so that a factor of two
    // more or less is of little weight.
    let perThread = ["avx512": 1.7e11, "avx2": 8e10][kernelName] ?? 2e10
    speed = perThread * Double(threadCount)
  }

  /// The rule for one of several runs that nothing bounds and that together take as long as one by itself would.
  func shared(amongRuns count: Int) -> SettingsRule {
    var rule = self
    rule.usualOperations /= Double(count)
    return rule
  }

  /// The same options with nothing left open.
  func completed(_ given: TrainOptions) throws(UsageError) -> TrainOptions {
    var options = given
    let length = given.chunkLength ?? min(128, max(8, characterCount / 64))
    options.chunkLength = length
    // A short text has some updates an epoch, too.
    options.batchSize = given.batchSize ?? min(16, max(1, characterCount / length / 8))
    options.schedule = given.schedule ?? .wsd
    if given.isUnbounded { options.epochs = nil }
    options.layerCount = given.layerCount ?? given.preset?.layerCount ?? 2
    if given.hiddenSize == nil {
      options.hiddenSize =
        if let preset = given.preset {
          preset.hiddenSize
        } else if given.tiesEmbedding {
          given.embeddingSize
        } else {
          try hiddenSize(for: options)
        }
    }
    let weights = try productWeights(options, hiddenSize: options.hiddenSize ?? 1)
    let epochs = expectedCharacters(options, weights: weights) / Double(characterCount)
    if given.isUnbounded {
      options.epochs = Int(min(max(epochs.rounded(), Self.epochCounts.lowerBound), Self.epochCounts.upperBound))
      if isValidated { options.patience = given.patience ?? Self.usualPatience }
    }
    options.regularize(dropout: dropout(epochs: epochs, weights: weights))
    options.learningRate = given.learningRate ?? learningRate(options)
    if try given.cell.kind().hasForgetGate { options.forgetBias = given.forgetBias ?? 0 }
    return options
  }

  /// The largest that gets enough to learn from, and that the text is long enough for.
  private func hiddenSize(for options: TrainOptions) throws(UsageError) -> Int {
    var chosen = Self.smallestHiddenSize
    for size in Self.hiddenSizes {
      let weights = try productWeights(options, hiddenSize: size)
      guard weights <= Self.weightsPerCharacter * Double(characterCount),
        weights * Self.charactersPerWeight <= expectedCharacters(options, weights: weights)
      else { break }
      chosen = size
    }
    return chosen
  }

  /// How many characters a run learns from, those of later epochs included.
  private func expectedCharacters(_ options: TrainOptions, weights: Double) -> Double {
    let bounds = [
      options.epochs.map { Double($0) * Double(characterCount) },
      // A model that is not to learn gets the size of one that may.
      options.steps.flatMap { $0 == 0 ? nil : $0 }.map {
        Double($0) * Double(options.batchSize ?? 1) * Double(options.chunkLength ?? 1)
      },
      options.maximumSeconds.map { $0 * speed / (6 * weights) },
    ]
    return bounds.compactMap(\.self).min() ?? usualOperations / (6 * weights)
  }

  private func productWeights(_ options: TrainOptions, hiddenSize: Int) throws(UsageError) -> Double {
    ModelConfiguration(
      cell: try options.cell.kind(), vocabularySize: vocabularySize, hiddenSize: hiddenSize,
      layerCount: options.layerCount ?? 1, embedding: try options.embedding(), connection: try options.layerConnection()
    ).productWeights
  }

  /// None until a text is known well; more, the more often it is read and the more weights there are for it.
  private func dropout(epochs: Double, weights: Double) -> Double {
    let familiarity = epochs * (weights / Double(characterCount)).squareRoot()
    guard familiarity > 4 else { return 0 }
    return min((familiarity / 9).squareRoot() * 0.1, 0.25).rounded(toMultipleOf: 0.05)
  }

  private func learningRate(_ options: TrainOptions) -> Double {
    switch options.optimizer {
    case .sgd: return 0.5
    case .rmsprop: return 0.002
    case .adam, .adamw:
      let scale = (256 / Double(options.hiddenSize ?? 256)).squareRoot()
      return min(max(options.cell.name.recommendedLearningRate * scale, 0.0005), 0.01).rounded(toMultipleOf: 0.0005)
    }
  }
}

extension TrainOptions {
  /// Units and recurrent weights are dropped together or not at all. Who gives either knows what is wanted.
  fileprivate mutating func regularize(dropout share: Double) {
    if dropout == nil, recurrentDropout == nil, share > 0 {
      dropout = share
      recurrentDropout = share
      // A line begins with a zero state anyway.
      if !readsLines { stateReset = stateReset ?? 0.02 }
    }
    dropout = dropout ?? 0
  }
}

extension Double {
  /// The nearest multiple, as it would be written: `0.15` and not `0.15000000000000002`.
  fileprivate func rounded(toMultipleOf unit: Double) -> Double { (self / unit).rounded() / (1 / unit).rounded() }
}
