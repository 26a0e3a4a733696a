internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Values of the options of a study of one model.
struct ModelStudyOptions: Sendable {
  var training = TrainingSettings()
  var initialModel: String?
  var running = RunningOptions()

  /// Returns the options of a command with these training options.
  static func options(_ training: [SettingsOption]) -> [OptionDefinition<ModelStudyOptions>] {
    let initialModel = OptionDefinition<ModelStudyOptions>(
      "--init-from", sets: \.initialModel, as: .path, group: "Model",
      help: "start from the weights of this checkpoint",
      details: "Characters are matched by value. New ones get random weights; those that only the checkpoint has are "
        + "kept.")
    return training.within(\.training)
      .requiringNewModel { $0.initialModel == nil }
      + [initialModel] + RunningOptions.options.within(\.running)
  }

  /// Training options of a study of one or two mini-batches, whose sizes have fixed defaults.
  static let fewBatchesOptions: [SettingsOption] =
    (modelOptions.withFixedDefaults("--hidden", "--layers") + initializationOptions.except("--output-bias")
    + batchOptions.withFixedDefaults("--batch-size", "--seq-length")).within(\.configuration)
    + TrainingSettings.textOptions
}

extension TrainingSettings {
  /// Settings of a study of one or two mini-batches.
  init(hiddenSize: Int, layerCount: Int, batchSize: Int, chunkLength: Int, steps: Int? = nil) {
    self.init()
    configuration.hiddenSize = hiddenSize
    configuration.layerCount = layerCount
    configuration.batchSize = batchSize
    configuration.chunkLength = chunkLength
    budget.steps = steps
  }
}

/// A model with all settings determined, and the text to study it on.
struct StudiedModel {
  let settings: TrainingSettings
  /// Settings, fitted to the length of the text.
  let configuration: TrainingConfiguration
  let split: CorpusSplit
  let text: TrainingText
  let model: LanguageModel
  let threadCount: Int
  /// Primary names of the options without a fixed default that are given or were chosen.
  let decided: Set<String>

  /// Reads the text and creates the model.
  ///
  /// - Parameters:
  ///   - table: The training options of the command.
  ///   - open: The settings to choose unless they are given.
  ///   - sources: The sources to read under the names of the files; nil to read the files themselves.
  /// - Throws: `UsageError`, `ToolError` and the errors of the engine.
  init(
    _ options: ModelStudyOptions, defaults: TrainingSettings, _ table: [SettingsOption], _ given: GivenOptions,
    choosing open: Set<TrainingSetting>, files: [String], from sources: [TextSource]? = nil, _ output: StudyOutput
  ) throws {
    if sources == nil { try TrainingText.checkOperands(files, options.training.heldOutFiles) }
    var base = defaults
    let checkpoint = try options.initialModel.map { path in try Checkpoint(widening: path) }
    if let checkpoint { base.takeModel(of: checkpoint.training) }
    var settings = table.command(from: base).applying(given, to: base)
    if let path = options.initialModel {
      try settings.checkAgreement(given, with: base, about: modelOptions.within(\.configuration), file: path)
    }
    settings = try table.settings(given, from: base)
    try checkMemory(settings.configuration, vocabularySize: nil)
    text = try TrainingText(
      files, from: sources, keeping: checkpoint?.model.vocabulary, settings, output)

    threadCount = options.running.threadCount
    let names = settings.decided(
      byGiven: given.names.union(checkpoint == nil ? [] : modelOptions.map { $0.names[0] }))
    let isTied = settings.configuration.embedding?.isTied == true
    let kept = Set(TrainingSetting.allCases).subtracting(open.union(isTied ? [.hiddenSize] : []))
      .union(TrainingSetting.all(decidedBy: names)).union(checkpoint == nil ? [] : TrainingSetting.initialization)
    decided = try names.union(settings.choose(keeping: kept, for: text, threadCount: threadCount))
    self.settings = settings
    var resolved = options
    resolved.training = settings
    ModelStudyOptions.options(table).notices(about: given, in: resolved).forEach(output.notice)
    (configuration, split) = try settings.configuration.fitted(to: text.split, of: text.corpus)
    let vocabularySize = text.corpus.vocabulary.count
    let memory = try checkMemory(configuration, vocabularySize: vocabularySize, threadCount: threadCount)
    output.noticeShortText(configuration, settings.configuration)
    if open == Set(TrainingSetting.allCases) {
      let initialModel = options.initialModel.map { ["--init-from", $0] } ?? []
      output.describe(settings: settings.arguments(decided: decided) + initialModel, settings, of: text)
    }
    output.describe(configuration, vocabularySize: vocabularySize, memory: memory)

    model = try Self.makeModel(checkpoint, configuration, text.corpus.vocabulary, output)
  }

  private static func makeModel(
    _ checkpoint: Checkpoint?, _ configuration: TrainingConfiguration, _ vocabulary: Vocabulary, _ output: StudyOutput
  ) throws -> LanguageModel {
    guard let checkpoint else {
      return try LanguageModel(
        configuration.modelConfiguration(vocabularySize: vocabulary.count), vocabulary: vocabulary,
        initialization: configuration.initialization)
    }
    let (model, match) = try checkpoint.model.adapted(to: vocabulary, initialization: configuration.initialization)
    output.describe(match, from: checkpoint.model.vocabulary, to: vocabulary)
    return model
  }

  /// Returns the mini-batches that training would read.
  func streams() throws(CorpusError) -> TrainingStreams {
    try TrainingStreams(
      corpus: text.corpus, part: split.training, batchSize: configuration.batchSize,
      chunkLength: configuration.chunkLength, seed: configuration.initialization.seed)
  }
}
