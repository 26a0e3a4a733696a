/// The rule for recommended settings; the article *Recommended settings* gives the measurements behind its constants.
struct SettingsRule {
  /// The number of characters in the training set.
  private let characterCount: Int
  private let vocabularySize: Int
  private let isValidated: Bool
  /// The estimated floating-point operations per second.
  private let speed: Double

  /// The target number of training characters per weight.
  private static let charactersPerWeight = 6.0
  /// The number of epochs from which a larger model learns more from a text than further epochs.
  private static let sufficientEpochs = 3.5
  /// The number of weights per character of the text beyond which a model overfits in spite of dropout.
  private static let weightsPerCharacter = 2.0
  /// The number of characters up to which recurrent dropout helps more than dropout.
  private static let shortText = 500_000
  /// A multiple of the vector width on every CPU.
  private static let smallestHiddenSize = 32
  private static let hiddenSizes = stride(from: smallestHiddenSize, through: 1024, by: 32)
  private static let chunkLengths = 32...128
  /// The number of optimizer steps below which shorter chunks reduce the loss.
  private static let leastSteps = 1_500.0
  private static let usualPatience = 10
  private static let epochCounts = 1.0...200.0

  init(characterCount: Int, vocabularySize: Int, isValidated: Bool, threadCount: Int, kernelName: String) {
    self.characterCount = max(characterCount, 1)
    self.vocabularySize = vocabularySize
    self.isValidated = isValidated
    // The throughput of a recent core. Sizes depend on its square root, so that a factor of two matters little.
    let perThread = ["avx512vnni": 1e11, "avx512": 1e11, "avx2": 8e10, "neon": 6e10][kernelName] ?? 2e10
    speed = perThread * Double(threadCount)
  }

  func completed(
    _ base: TrainingConfiguration, keeping kept: Set<TrainingSetting>, within given: TrainingBudget
  ) -> RecommendedTraining {
    var (configuration, budget, chosen) = (base, given, Set<TrainingSetting>())
    func choose<Value>(
      _ setting: TrainingSetting, _ keyPath: WritableKeyPath<TrainingConfiguration, Value>,
      _ value: @autoclosure () -> Value
    ) {
      guard !kept.contains(setting) else { return }
      configuration[keyPath: keyPath] = value()
      chosen.insert(setting)
    }
    choose(.chunkLength, \.chunkLength, min(Self.chunkLengths.upperBound, max(8, characterCount / 64)))
    // With this bound, even a short text has several steps per epoch.
    let batchSize = min(16, max(1, characterCount / configuration.chunkLength / 8))
    choose(.batchSize, \.batchSize, configuration.multipleOfShards(batchSize))
    choose(.schedule, \.schedule.kind, .wsd)
    choose(.layerCount, \.layerCount, 2)
    let size = hiddenSize(for: configuration, within: budget)
    choose(.hiddenSize, \.hiddenSize, size.value)
    let weights = productWeights(configuration)
    let characters = expectedCharacters(configuration, weights: weights, within: budget)
    let epochs = characters / Double(characterCount)
    // Chunks would cut records, and shorter ones would not add to a given number of steps.
    if chosen.contains(.chunkLength), given.steps == nil, base.division.records == nil {
      configuration.chunkLength = chunkLength(of: configuration, characters: characters)
    }
    if given.isUnlimited {
      budget.epochs = Int(min(max(epochs.rounded(), Self.epochCounts.lowerBound), Self.epochCounts.upperBound))
      chosen.insert(.epochs)
      if isValidated, given.patience == nil {
        budget.patience = Self.usualPatience
        chosen.insert(.patience)
      }
    }
    // Both rates are chosen together: a user who sets one of them decides both.
    if kept.isDisjoint(with: [.dropout, .recurrentDropout]) {
      let dropout = dropoutRates(epochs: epochs, weights: weights)
      choose(.dropout, \.regularization.dropout, dropout.betweenLayers)
      if dropout.recurrent > 0 {
        choose(.recurrentDropout, \.regularization.recurrentDropout, dropout.recurrent)
        // A record begins with a zero state anyway.
        if base.division.records == nil { choose(.stateReset, \.regularization.stateReset, 0.02) }
      }
    }
    // Without an output gate, h is the memory of the cell, whose changes must cost nothing.
    choose(.temporalRegularization, \.regularization.temporal, configuration.cell.gates.contains(.output) ? 4 : 0)
    choose(.learningRate, \.optimizer.learningRate, learningRate(configuration))
    if configuration.cell.gates.contains(.forget) { choose(.forgetBias, \.initialization.forgetBias, 0) }
    choose(.outputBias, \.initialization.outputBias, .frequencies)
    return RecommendedTraining(
      configuration: configuration, budget: budget, chosen: chosen, hiddenSizeLimit: size.limit,
      expectedEpochs: min(max(epochs, Self.epochCounts.lowerBound), Self.epochCounts.upperBound))
  }

  /// Returns the largest hidden size for which budget and text suffice, and what limits it.
  private func hiddenSize(
    for base: TrainingConfiguration, within budget: TrainingBudget
  ) -> (value: Int, limit: RecommendedTraining.HiddenSizeLimit) {
    if let embedding = base.embedding, embedding.isTied { return (embedding.size, .tiedEmbedding) }
    var configuration = base
    var chosen = Self.smallestHiddenSize
    for size in Self.hiddenSizes {
      configuration.hiddenSize = size
      let weights = productWeights(configuration)
      if weights > Self.weightsPerCharacter * Double(characterCount) { return (chosen, .textLength) }
      let characters = expectedCharacters(configuration, weights: weights, within: budget)
      if weights * Self.charactersPerWeight > characters,
        characters < Self.sufficientEpochs * Double(characterCount)
      {
        return (chosen, .budget)
      }
      chosen = size
    }
    return (chosen, .largestSize)
  }

  /// Returns the number of characters that a run is trained on, including those of later epochs.
  private func expectedCharacters(
    _ configuration: TrainingConfiguration, weights: Double, within budget: TrainingBudget
  ) -> Double {
    let charactersPerStep = Double(configuration.batchSize * configuration.chunkLength)
    let bounds: [Double?] = [
      budget.epochs.map { Double($0) * Double(characterCount) },
      // A model with a budget of zero steps gets the size of one that is trained.
      budget.steps.flatMap { $0 == 0 ? nil : Double($0) * charactersPerStep },
      budget.seconds.map { $0 * speed / (6 * weights) },
    ]
    return bounds.compactMap(\.self).min() ?? budget.operations / (6 * weights)
  }

  /// Returns the chunk length, halved as often as the run has too few optimizer steps.
  private func chunkLength(of configuration: TrainingConfiguration, characters: Double) -> Int {
    var length = configuration.chunkLength
    while length / 2 >= Self.chunkLengths.lowerBound,
      characters < Self.leastSteps * Double(configuration.batchSize * length)
    {
      length /= 2
    }
    return length
  }

  private func productWeights(_ configuration: TrainingConfiguration) -> Double {
    configuration.modelConfiguration(vocabularySize: vocabularySize).productWeights
  }

  /// Returns the dropout rates: zero for few epochs; then they grow with the epochs and the weights per character. For a
  /// short text, recurrent dropout has the higher rate.
  private func dropoutRates(epochs: Double, weights: Double) -> (betweenLayers: Double, recurrent: Double) {
    let familiarity = epochs * (weights / Double(characterCount)).squareRoot()
    guard familiarity > 4 else { return (0, 0) }
    // In units of 0.05.
    let mean = min((familiarity / 1.8).squareRoot(), 5).rounded(.down)
    let shift = characterCount < Self.shortText ? min(mean - 1, 1) : 0
    return ((mean - shift) / 20, (mean + shift) / 20)
  }

  private func learningRate(_ configuration: TrainingConfiguration) -> Double {
    switch configuration.optimizer.kind {
    case .sgd: return 0.5
    case .rmsprop: return 0.002
    case .adam, .adamw:
      let scale = (256 / Double(configuration.hiddenSize)).squareRoot()
      let rate = configuration.cell.kind.recommendedLearningRate * scale
      return min(max(rate, 0.0005), 0.01).rounded(toMultipleOf: 0.0005)
    }
  }
}

extension Double {
  /// Returns the nearest multiple in its shortest decimal form: `0.15` and not `0.15000000000000002`.
  fileprivate func rounded(toMultipleOf unit: Double) -> Double { (self / unit).rounded() / (1 / unit).rounded() }
}
