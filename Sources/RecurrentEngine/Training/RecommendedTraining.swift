/// A setting that ``TrainingConfiguration/recommended(for:from:keeping:budget:threadCount:kernelName:)`` chooses unless
/// it is to be kept.
public enum TrainingSetting: CaseIterable, Sendable {
  case hiddenSize, layerCount, forgetBias, batchSize, chunkLength, learningRate, schedule
  case dropout, recurrentDropout, stateReset
  case epochs, patience
}

/// Settings for a run on a corpus, with nothing left open.
public struct RecommendedTraining: Equatable, Sendable {
  /// The configuration, which ``Trainer/init(corpus:configuration:threadCount:)`` fits to a short text.
  public var configuration: TrainingConfiguration
  /// The length of the run.
  public var budget: TrainingBudget
  /// The settings that were chosen.
  public var chosen: Set<TrainingSetting>
}

extension TrainingConfiguration {
  /// Chooses settings from the length of a corpus and from how much may be computed; `lstm-train` calls this.
  ///
  /// - Parameters:
  ///   - base: The configuration that chosen settings are put into; it says how the text is divided.
  ///   - kept: Settings of the base that stay as they are. Limits of the budget stay, too.
  ///   - threadCount: Threads that will compute.
  ///   - kernelName: One of ``KernelSelection/availableNames``; nil for the kernels of this process.
  /// - Throws: `CorpusError.readFailed` or `.changed` for a corpus of lines; `KernelSelectionError`.
  public static func recommended(
    for corpus: Corpus, from base: TrainingConfiguration = TrainingConfiguration(),
    keeping kept: Set<TrainingSetting> = [], budget: TrainingBudget = .default,
    threadCount: Int = Machine.availableCPUs, kernelName: String? = nil
  ) throws -> RecommendedTraining {
    try recommended(
      for: CorpusSplit(corpus, base, streamCount: 1), of: corpus, from: base, keeping: kept, budget: budget,
      threadCount: threadCount, kernelName: kernelName)
  }

  /// Chooses settings for a corpus that is already divided as for one stream.
  ///
  /// - Throws: `KernelSelectionError`
  public static func recommended(
    for split: CorpusSplit, of corpus: Corpus, from base: TrainingConfiguration,
    keeping kept: Set<TrainingSetting> = [], budget: TrainingBudget = .default,
    threadCount: Int = Machine.availableCPUs, kernelName: String? = nil
  ) throws(KernelSelectionError) -> RecommendedTraining {
    try recommended(
      characterCount: split.trainingCharacters(of: corpus), vocabularySize: corpus.vocabulary.count,
      isValidated: !split.validation.isEmpty, from: base, keeping: kept, budget: budget, threadCount: threadCount,
      kernelName: kernelName)
  }

  /// Chooses settings for a corpus of which only the size is known.
  ///
  /// - Parameters:
  ///   - characterCount: Characters of the training set.
  ///   - isValidated: Whether anything is held out for validation.
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
  /// Characters of the training set; for lines, whose characters are not counted one by one, an estimate.
  public func trainingCharacters(of corpus: Corpus) -> Int {
    guard case .lines(let starts) = training else { return training.count }
    let lineCount = max(1, starts.count + validation.count + test.count)
    return Int(Double(corpus.characterCount) * Double(starts.count) / Double(lineCount))
  }
}
