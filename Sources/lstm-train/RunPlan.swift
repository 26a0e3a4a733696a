internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// The options of a run, completed by those of the checkpoint that the run starts from.
struct RunPlan {
  enum Start {
    case initialWeights
    /// Weights of a checkpoint, to fine-tune in a new run.
    case weights(Checkpoint)
    case state(SavedRun)
  }

  let options: TrainOptions
  let start: Start
  /// Primary names of the options without a fixed default that are given or that the checkpoint determines.
  let decided: Set<String>
  /// Settings that must not be chosen automatically.
  let kept: Set<TrainingSetting>
  /// Arguments that a resumed run stores in its checkpoints; nil for a new run.
  let storedArguments: [String]?
  /// Whether the time limit is that of earlier processes.
  let continuesTimeLimit: Bool
  /// The limits of the run before this command, if it gets others.
  let earlierBudget: TrainingBudget?
  let notices: [String]

  /// Reads the checkpoint, if there is one, and checks all that can be checked before a long text is read.
  ///
  /// - Throws: `UsageError` if an option contradicts another one or the checkpoint; `ToolError` if there is not enough
  ///   memory; the errors of opening a checkpoint.
  init(_ given: GivenOptions, _ typed: TrainOptions) throws {
    try self.init(reading: given, typed)
    try checkMemory()
  }

  private init(reading given: GivenOptions, _ typed: TrainOptions) throws {
    if let saved = try Self.savedRun(typed) {
      let resumption = try Resumption(saved, given)
      options = resumption.options
      start = .state(resumption.saved)
      decided = given.names.union(resumption.stored.names)
      kept = Set(TrainingSetting.allCases)
      storedArguments = resumption.arguments
      continuesTimeLimit = resumption.continuesTimeLimit
      earlierBudget = resumption.earlierBudget
      notices = resumption.notices
      return
    }
    if let path = typed.initialModel {
      let checkpoint = try Checkpoint(widening: path)
      var base = TrainOptions()
      base.training.takeModel(of: checkpoint.training)
      options = trainCommand.applying(given, to: base)
      try options.training.checkAgreement(
        given, with: base.training, about: modelOptions.within(\.configuration), file: path)
      start = .weights(checkpoint)
      decided = options.training.decided(byGiven: given.names.union(modelOptions.map { $0.names[0] }))
    } else {
      options = typed
      start = .initialWeights
      decided = options.training.decided(byGiven: given.names)
    }
    try trainCommand.check(given, in: options)
    try options.training.check(given)
    kept = TrainingSetting.all(decidedBy: decided)
      .union(options.initialModel == nil ? [] : TrainingSetting.initialization)
    storedArguments = nil
    continuesTimeLimit = false
    earlierBudget = nil
    notices = []
  }

  /// The vocabulary whose entries the model keeps; nil if it has the characters of its text alone.
  var keptVocabulary: Vocabulary? {
    switch start {
    case .initialWeights: nil
    case .weights(let checkpoint): options.vocabularyOrigin == .union ? checkpoint.model.vocabulary : nil
    case .state(let saved): saved.checkpoint.model.vocabulary
    }
  }

  private static func savedRun(_ options: TrainOptions) throws -> SavedRun? {
    if let path = options.resume { return try SavedRun(path: path) }
    return options.continues ? try options.files.newestState() : nil
  }

  private func checkMemory() throws {
    // With the smallest values that could be chosen for settings that are not given.
    let least = try TrainingConfiguration.recommended(
      characterCount: 1, vocabularySize: 1, isValidated: true, from: options.training.configuration, keeping: kept,
      budget: options.training.budget)
    try ToolSupport.checkMemory(least.configuration, vocabularySize: nil)
  }
}
