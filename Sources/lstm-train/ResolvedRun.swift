internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// A run with all settings determined.
struct ResolvedRun {
  let plan: RunPlan
  /// Corpus files, as the operands name them.
  let files: [String]
  /// Options, including the settings that were chosen automatically.
  private(set) var options: TrainOptions
  /// Settings, fitted to the length of the text.
  let configuration: TrainingConfiguration
  let split: CorpusSplit
  let threadCount: Int
  let memory: MemoryEstimate
  /// Options that determine the run, as its checkpoints store them: without paths, threads and the time limit.
  private(set) var arguments: [String]
  let hasChosenSettings: Bool
  /// Why settings were chosen automatically.
  let reasons: [String]
  /// Time limit of the run in seconds, counted from its first step; nil for none.
  let timeLimit: Double?
  /// Primary names of the options without a fixed default that are given or were chosen.
  private var decided: Set<String>

  /// Chooses settings that are not given, and lowers batch size or sequence length for a short text.
  ///
  /// - Throws: `ToolError` if there is not enough memory, or if a resumed run was trained on a different text;
  ///   `KernelSelectionError`; `CorpusError` if the text is too short or can no longer be read.
  init(_ plan: RunPlan, _ text: TrainingText, threadCount: Int, _ joint: JointRun) throws {
    if case .state(let saved) = plan.start { try saved.check(isOn: text) }
    self.plan = plan
    files = text.files
    var options = plan.options
    self.threadCount = threadCount
    let recommended = try TrainingConfiguration.recommended(
      for: text.split, of: text.corpus, from: options.training.configuration, keeping: plan.kept,
      budget: options.training.budget, threadCount: joint.threadsOfAll(options.threads))
    options.training.configuration = recommended.configuration
    options.training.budget = recommended.budget
    self.options = options
    timeLimit = options.training.budget.seconds
    hasChosenSettings = plan.storedArguments == nil && (!recommended.chosen.isEmpty || options.training.preset != nil)
    reasons = recommended.reasons
    decided = plan.decided.union(recommended.chosen.map(\.optionName))
    arguments = plan.storedArguments ?? Self.arguments(for: options.training, decided: decided)
    (configuration, split) = try recommended.configuration.fitted(to: text.split, of: text.corpus)
    try joint.check(configuration)
    memory = try checkMemory(
      configuration, vocabularySize: text.corpus.vocabulary.count, threadCount: threadCount,
      processCount: joint.processes.count,
      and: GradientFlowRecorder.memory(options, configuration, text.corpus))
  }

  /// Sets the length of a run that was limited by time.
  ///
  /// - Parameter decaySteps: The length of the learning-rate decay, if the time has determined it.
  mutating func fixLength(steps: Int, decaySteps: Int?) {
    options.training.budget.steps = steps
    (options.training.budget.epochs, options.training.budget.seconds, options.stopAfter) = (nil, nil, nil)
    if let decaySteps {
      options.training.configuration.schedule.decaySteps = decaySteps
      decided.insert("--decay-steps")
    }
    arguments = Self.arguments(for: options.training, decided: decided)
  }

  /// Options of a command that repeats the run, with the same files and output.
  var command: [String] {
    trainCommand.options.filter { !["--preset", "--resume", "--continue", "--dry-run"].contains($0.names[0]) }
      .arguments(for: options, defaults: TrainOptions(), decided: decided)
  }

  /// Returns options of a command that resumes the run.
  ///
  /// - Parameter seconds: The time that is left; nil if time does not limit the run.
  func resumingCommand(seconds: Double?) -> [String] {
    let stored = TrainingSettings.decidingOptions + TrainingSettings.lengthOptions.except("--max-time")
    let others = ["--preset", "--init-from", "--vocabulary", "--continue", "--overwrite", "--stop-after"]
    var (own, defaults) = (options, TrainOptions())
    own.resume = options.files.last
    own.training.budget.seconds = seconds
    defaults.useFiles(ofState: options.files.last)
    return trainCommand.options.filter { !(stored.map { $0.names[0] } + others).contains($0.names[0]) }
      .arguments(for: own, defaults: defaults, decided: decided)
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

  /// Time that earlier processes have taken of a time limit, in seconds.
  var secondsSpentBefore: Double {
    if case .state(let saved) = plan.start { Double(saved.secondsSpent ?? 0) } else { 0 }
  }

  /// Creates the trainer from initial weights, the weights of another model, or a saved state.
  ///
  /// - Throws: The errors of the engine.
  func makeTrainer(
    _ text: TrainingText, _ output: TrainingOutput, _ processes: any ProcessGroup
  ) throws -> Trainer {
    switch plan.start {
    case .initialWeights:
      return try Trainer(
        corpus: text.corpus, split: split, configuration: configuration, threadCount: threadCount,
        processes: processes)
    case .weights(let checkpoint):
      let (model, match) = try checkpoint.model.adapted(
        to: text.corpus.vocabulary, initialization: configuration.initialization)
      output.describe(match, from: checkpoint.model.vocabulary, to: text.corpus.vocabulary)
      let trainer = try Trainer(
        corpus: text.corpus, split: split, configuration: configuration, model: model, threadCount: threadCount,
        processes: processes)
      trainer.initialChecksum = checkpoint.checksum
      return trainer
    case .state(let saved):
      guard saved.checkpoint.training == configuration else {
        throw CheckpointError.damaged(path: saved.path, .metadata("configuration"))
      }
      let trainer = try Trainer(
        resuming: saved, corpus: text.corpus, split: split, threadCount: threadCount, processes: processes)
      output.print("resuming \(saved.path) after step \(saved.progress.step)")
      return trainer
    }
  }
}

extension ResolvedRun {
  /// The properties that all processes that train together must have in common.
  func conditions(of text: TrainingText) throws -> [JointRun.Condition] {
    let fingerprint = text.corpus.fingerprint
    let start =
      switch plan.start {
      case .initialWeights: "none"
      case .weights(let checkpoint): checkpoint.checksum ?? ""
      case .state(let saved): "\(saved.progress.step) \(saved.checkpoint.checksum ?? "")"
      }
    return [
      .init("version of lstm-train", projectVersion, remedy: "install the same on all nodes"),
      .init(
        "kind of kernels (\(KernelSelection.environmentVariable))", try KernelSelection.isFused ? "fused" : "portable",
        remedy: "leave nodes out whose CPUs have no fused multiply-add, or set it to portable on all of them"),
      .init("text", "\(fingerprint)", remedy: "copy the same files to all nodes"),
      .init("checkpoint to start from", start, remedy: "use a folder that all nodes share"),
      .init(
        "command line", arguments.joined(separator: "\u{0}") + "\(configuration)",
        remedy: "give all processes the same"),
    ]
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
