package import RecurrentEngine

/// Values of the options that determine a training run.
package struct TrainingSettings: Equatable, Sendable {
  package var configuration = TrainingConfiguration()
  package var budget = TrainingBudget()
  /// Name for a hidden size and a number of layers, which later options may override.
  package var preset: Preset? {
    didSet {
      guard let preset else { return }
      configuration.hiddenSize = preset.hiddenSize
      configuration.layerCount = preset.layerCount
    }
  }
  /// Maximum vocabulary size; nil for the default.
  package var maximumVocabulary: Int?
  /// Number of occurrences from which on a character is a vocabulary entry; nil for 1.
  package var minimumOccurrences: Int?
  /// Number of optimizer steps between validations; nil for an epoch.
  package var validationInterval: Int?
  /// Path of a separate validation text; nil if the validation set is part of the corpus.
  package var validationFile: String? {
    didSet {
      configuration.division.hasValidationText = validationFile != nil
      if validationFile != nil { configuration.validationFraction = 0 }
    }
  }
  /// Path of a separate test text; nil if the test set, if any, is part of the corpus.
  package var testFile: String? { didSet { configuration.division.hasTestText = testFile != nil } }
  /// Number of optimizer steps between rows of the loss curve.
  package var logInterval = 50

  package init() {
    configuration.schedule.kind = .wsd
  }
}

extension TrainingSettings {
  /// Paths of separate held-out texts, in their order after the corpus files.
  package var heldOutFiles: [String] { [validationFile, testFile].compactMap { $0 } }

  /// Returns the given primary names, with those of the options that `preset` determines.
  package func decided(byGiven names: Set<String>) -> Set<String> {
    preset == nil ? names : names.union([TrainingSetting.hiddenSize, .layerCount].map(\.optionName))
  }
}

extension TrainingSetting {
  /// Returns the settings that options determine, so that they must not be chosen automatically.
  package static func all(decidedBy names: Set<String>) -> Set<TrainingSetting> {
    Set(allCases.filter { names.contains($0.optionName) })
  }

  /// The settings of random initial weights, which a run that begins with the weights of a checkpoint does not have.
  package static let initialization: Set<TrainingSetting> = [.forgetBias, .outputBias]

  package var optionName: String {
    switch self {
    case .hiddenSize: "--hidden"
    case .layerCount: "--layers"
    case .forgetBias: "--forget-bias"
    case .outputBias: "--output-bias"
    case .batchSize: "--batch-size"
    case .chunkLength: "--seq-length"
    case .learningRate: "--learning-rate"
    case .schedule: "--schedule"
    case .dropout: "--dropout"
    case .recurrentDropout: "--recurrent-dropout"
    case .stateReset: "--state-reset"
    case .temporalRegularization: "--temporal-regularization"
    case .epochs: "--epochs"
    case .patience: "--patience"
    }
  }
}

/// A named model size.
package enum Preset: String, CaseIterable, Sendable {
  case tiny, small, medium, large

  package var hiddenSize: Int {
    switch self {
    case .tiny: 64
    case .small: 128
    case .medium: 256
    case .large: 512
    }
  }

  package var layerCount: Int { self == .tiny ? 1 : 2 }
}
