internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// A run with all settings determined.
struct ResolvedRun {
  let plan: RunPlan
  /// Options, including the settings that were chosen automatically.
  let options: TrainOptions
  /// Settings, fitted to the length of the text.
  let configuration: TrainingConfiguration
  let split: CorpusSplit
  let threadCount: Int
  let memory: MemoryEstimate
  /// Options that determine the run, as its checkpoints store them: without paths, threads and limits of this process.
  let arguments: [String]
  let hasChosenSettings: Bool
  /// Primary names of the options without a fixed default that are given or were chosen.
  private let decided: Set<String>

  /// Chooses settings that are not given, and lowers batch size or sequence length for a short text.
  ///
  /// - Throws: `ToolError` if there is not enough memory; `KernelSelectionError`; `CorpusError` if the text is too
  ///   short or can no longer be read.
  init(_ plan: RunPlan, _ text: TrainingText, threadCount: Int) throws {
    self.plan = plan
    var options = plan.options
    self.threadCount = threadCount
    let recommended = try TrainingConfiguration.recommended(
      for: text.split, of: text.corpus, from: options.training.configuration, keeping: plan.kept,
      budget: options.training.budget, threadCount: threadCount)
    options.training.configuration = recommended.configuration
    options.training.budget = recommended.budget
    self.options = options
    hasChosenSettings = plan.storedArguments == nil && (!recommended.chosen.isEmpty || options.training.preset != nil)
    decided = plan.decided.union(recommended.chosen.map(\.optionName))
    arguments = plan.storedArguments ?? Self.arguments(for: options.training, decided: decided)
    (configuration, split) = try recommended.configuration.fitted(to: text.split, of: text.corpus)
    memory = try checkMemory(
      configuration, vocabularySize: text.corpus.vocabulary.count, threadCount: threadCount,
      and: GradientFlowRecorder.memory(options, configuration, text.corpus))
  }

  /// Returns the arguments of a run whose length was determined from the remaining time.
  func arguments(steps: Int, decaySteps: Int) -> [String] {
    var settings = options.training
    (settings.budget.steps, settings.budget.epochs) = (steps, nil)
    settings.configuration.schedule.decaySteps = decaySteps
    return Self.arguments(for: settings, decided: decided.union(["--decay-steps"]))
  }

  private static func arguments(for settings: TrainingSettings, decided: Set<String>) -> [String] {
    var settings = settings
    settings.budget.seconds = nil
    return settings.arguments(decided: decided)
  }

  /// The state that the run is resumed from; nil for a new run.
  var saved: SavedRun? {
    if case .state(let saved) = plan.start { saved } else { nil }
  }

  /// Creates the trainer from initial weights, the weights of another model, or a saved state.
  ///
  /// - Throws: `ToolError` if a resumed run was trained on a different text; the errors of the engine.
  func makeTrainer(_ text: TrainingText, _ output: TrainingOutput) throws -> Trainer {
    switch plan.start {
    case .initialWeights:
      return try Trainer(corpus: text.corpus, split: split, configuration: configuration, threadCount: threadCount)
    case .weights(let checkpoint):
      let (model, match) = try checkpoint.model.adapted(
        to: text.corpus.vocabulary, initialization: configuration.initialization)
      output.describe(match, from: checkpoint.model.vocabulary, to: text.corpus.vocabulary)
      return try Trainer(
        corpus: text.corpus, split: split, configuration: configuration, model: model, threadCount: threadCount)
    case .state(let saved):
      try saved.check(isOn: text)
      guard saved.checkpoint.training == configuration else {
        throw CheckpointError.damaged(path: saved.path, .metadata("configuration"))
      }
      let trainer = try Trainer(resuming: saved, corpus: text.corpus, split: split, threadCount: threadCount)
      output.print("resuming \(saved.path) after step \(saved.progress.step)")
      return trainer
    }
  }
}

extension SavedRun {
  /// - Throws: `ToolError` if the run was trained on a different text.
  fileprivate func check(isOn text: TrainingText) throws(ToolError) {
    let corpus = text.corpus
    guard !isOn(corpus) else { return }
    let difference =
      if self.corpus.byteCount != corpus.byteCount {
        "\(corpus.byteCount) bytes, and it was \(self.corpus.byteCount)"
      } else {
        "the same length, \(self.corpus == corpus.fingerprint ? "cut in other places" : "other contents")"
      }
    throw ToolError(
      .badData,
      "\(names(of: text.allFiles)): not the text that \(path) was trained on (\(difference)); give that text, or start "
        + "a new run with --init-from")
  }
}
