/// A setting that ``TrainingConfiguration/recommended(for:from:keeping:budget:threadCount:kernelName:)`` chooses unless
/// it is kept.
public enum TrainingSetting: CaseIterable, Sendable {
  /// See ``TrainingConfiguration/hiddenSize``.
  case hiddenSize
  /// See ``TrainingConfiguration/layerCount``.
  case layerCount
  /// See ``Initialization/forgetBias``.
  case forgetBias
  /// See ``Initialization/outputBias-swift.property``.
  case outputBias
  /// See ``TrainingConfiguration/batchSize``.
  case batchSize
  /// See ``TrainingConfiguration/chunkLength``.
  case chunkLength
  /// See ``OptimizerConfiguration/learningRate``.
  case learningRate
  /// See ``LearningRateSchedule/kind``.
  case schedule
  /// See ``Regularization/dropout``.
  case dropout
  /// See ``Regularization/recurrentDropout``.
  case recurrentDropout
  /// See ``Regularization/stateReset``.
  case stateReset
  /// See ``Regularization/temporal``.
  case temporalRegularization
  /// See ``TrainingBudget/epochs``.
  case epochs
  /// See ``TrainingBudget/patience``.
  case patience
}

/// The complete settings of a run on a corpus.
public struct RecommendedTraining: Equatable, Sendable {
  /// The configuration, which ``Trainer/init(corpus:configuration:threadCount:)`` fits to a short text.
  public var configuration: TrainingConfiguration
  /// The limits of the run.
  public var budget: TrainingBudget
  /// The settings that were chosen.
  public var chosen: Set<TrainingSetting>
  /// The limit of the hidden size, if it was chosen.
  public var hiddenSizeLimit: HiddenSizeLimit
  /// The estimated number of epochs in the budget.
  public var expectedEpochs: Double

  /// A limit of the hidden size.
  public enum HiddenSizeLimit: Sendable {
    /// More weights would overfit the text.
    case textLength
    /// More weights would need longer training.
    case budget
    /// The size of a tied embedding.
    case tiedEmbedding
    /// The largest size that can be chosen.
    case largestSize
  }
}

extension TrainingConfiguration {
  /// Chooses settings from the length of a corpus and the compute budget; `lstm-train` calls this.
  ///
  /// - Parameters:
  ///   - corpus: The text to train on.
  ///   - base: The configuration to complete, including the division of the text.
  ///   - kept: The settings of `base` that are kept. Limits of the budget are kept, too.
  ///   - budget: The limits of the run.
  ///   - threadCount: The number of threads, which determines how much a run can compute.
  ///   - kernelName: One of ``KernelSelection/availableNames``; nil for the kernels of this process.
  /// - Throws: `CorpusError.readFailed` or `.changed` for a corpus of records; `KernelSelectionError`.
  public static func recommended(
    for corpus: Corpus, from base: TrainingConfiguration = TrainingConfiguration(),
    keeping kept: Set<TrainingSetting> = [], budget: TrainingBudget = .default,
    threadCount: Int = Machine.availableCPUs, kernelName: String? = nil
  ) throws -> RecommendedTraining {
    try recommended(
      for: CorpusSplit(corpus, base, streamCount: 1), of: corpus, from: base, keeping: kept, budget: budget,
      threadCount: threadCount, kernelName: kernelName)
  }

  /// Chooses settings for a corpus that is already split for one stream.
  ///
  /// - Throws: `KernelSelectionError`
  public static func recommended(
    for split: CorpusSplit, of corpus: Corpus, from base: TrainingConfiguration,
    keeping kept: Set<TrainingSetting> = [], budget: TrainingBudget = .default,
    threadCount: Int = Machine.availableCPUs, kernelName: String? = nil
  ) throws(KernelSelectionError) -> RecommendedTraining {
    var training = try recommended(
      characterCount: split.trainingCharacters(of: corpus), vocabularySize: corpus.vocabulary.count,
      isValidated: !split.validation.isEmpty, from: base, keeping: kept, budget: budget, threadCount: threadCount,
      kernelName: kernelName)
    if let fitted = try? training.configuration.fitted(to: split, of: corpus).configuration {
      if training.chosen.contains(.batchSize) { training.configuration.batchSize = fitted.batchSize }
      if training.chosen.contains(.chunkLength) { training.configuration.chunkLength = fitted.chunkLength }
    }
    return training
  }

  /// Chooses settings for a corpus of which only the size is known.
  ///
  /// - Parameters:
  ///   - characterCount: The number of characters in the training set.
  ///   - vocabularySize: The number of entries of the vocabulary.
  ///   - isValidated: Whether there is a validation set.
  ///   - base: The settings to start from.
  ///   - kept: The settings to keep.
  ///   - budget: The limits of the run.
  ///   - threadCount: The number of threads, which determines how much a run can compute.
  ///   - kernelName: The name of the kernel set.
  /// - Throws: `KernelSelectionError`
  public static func recommended(
    characterCount: Int, vocabularySize: Int, isValidated: Bool, from base: TrainingConfiguration,
    keeping kept: Set<TrainingSetting> = [], budget: TrainingBudget = .default,
    threadCount: Int = Machine.availableCPUs, kernelName: String? = nil
  ) throws(KernelSelectionError) -> RecommendedTraining {
    let kernels: String = if let kernelName { kernelName } else { try KernelSelection.currentName() }
    let rule = SettingsRule(
      characterCount: characterCount, vocabularySize: vocabularySize, isValidated: isValidated,
      threadCount: threadCount, kernelName: kernels)
    return rule.completed(base, keeping: kept, within: budget)
  }
}

extension CorpusSplit {
  /// Returns the number of characters in the training set: an estimate for records, whose characters are not counted.
  public func trainingCharacters(of corpus: Corpus) -> Int {
    guard case .records(let starts) = training else { return training.count }
    let recordCount = max(1, starts.count + validation.count + test.count)
    return Int(Double(corpus.characterCount) * Double(starts.count) / Double(recordCount))
  }
}
