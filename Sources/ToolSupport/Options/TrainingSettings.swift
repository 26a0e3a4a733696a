package import RecurrentEngine

/// Values of the options that decide a training run.
package struct TrainingSettings: Equatable, Sendable {
  package var configuration = TrainingConfiguration()
  package var budget = TrainingBudget()
  /// A name for a hidden size and a number of layers, which later options may change.
  package var preset: Preset? {
    didSet {
      guard let preset else { return }
      configuration.hiddenSize = preset.hiddenSize
      configuration.layerCount = preset.layerCount
    }
  }
  /// The most different characters that a text may have; nil for the usual number.
  package var maximumVocabulary: Int?
  /// Optimizer steps between validations; nil for an epoch.
  package var validationInterval: Int?
  /// A text of its own for validation.
  package var validationFile: String? {
    didSet {
      configuration.division.hasValidationText = validationFile != nil
      if validationFile != nil { configuration.validationFraction = 0 }
    }
  }
  /// A text of its own for the last test.
  package var testFile: String? { didSet { configuration.division.hasTestText = testFile != nil } }
  /// Optimizer steps between rows of the loss curve.
  package var logInterval = 50

  /// The defaults of the tools.
  package init() {
    configuration.schedule.kind = .wsd
  }
}

extension TrainingSettings {
  /// The files that are held out as a whole, in the order in which the corpus has them after its own.
  package var heldOutFiles: [String] { [validationFile, testFile].compactMap { $0 } }

  /// The primary names of all options whose settings are decided.
  ///
  /// - Parameter names: Those of the options that are given.
  package func decided(byGiven names: Set<String>) -> Set<String> {
    preset == nil ? names : names.union([TrainingSetting.hiddenSize, .layerCount].map(\.optionName))
  }
}

extension TrainingSetting {
  /// The settings that options decide, which are not to be chosen.
  package static func all(decidedBy names: Set<String>) -> Set<TrainingSetting> {
    Set(allCases.filter { names.contains($0.optionName) })
  }

  /// The primary name of the option for it.
  package var optionName: String {
    switch self {
    case .hiddenSize: "--hidden"
    case .layerCount: "--layers"
    case .forgetBias: "--forget-bias"
    case .batchSize: "--batch-size"
    case .chunkLength: "--seq-length"
    case .learningRate: "--learning-rate"
    case .schedule: "--schedule"
    case .dropout: "--dropout"
    case .recurrentDropout: "--recurrent-dropout"
    case .stateReset: "--state-reset"
    case .epochs: "--epochs"
    case .patience: "--patience"
    }
  }
}

/// A size of a model.
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
