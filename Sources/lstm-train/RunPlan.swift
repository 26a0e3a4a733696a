internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// What a command line comes to, with what the file says that it goes on from.
struct RunPlan {
  private(set) var options: TrainOptions
  /// Where the run goes on; nil for a new one.
  let saved: SavedRun?
  /// The model that a new run starts from.
  let initial: Checkpoint?
  /// What the run is told, as its checkpoints keep it: no paths, no threads, nothing that only says how long to run now.
  private(set) var arguments: [String]
  /// What is to be said about it all.
  let notices: [String]

  /// - Parameter parse: Reads the command line again, with other defaults.
  /// - Throws: `UsageError` if an option contradicts the file; what opening a checkpoint throws.
  init(_ options: TrainOptions, parse: (_ defaults: TrainOptions) throws -> TrainOptions) throws {
    try Self.check(options)
    if let path = options.resume ?? Self.stateToContinue(options) {
      let saved = try SavedRun(path: path)
      (self.options, arguments, notices) = try Self.resume(saved, options, parse)
      self.saved = saved
      initial = nil
      return
    }
    saved = nil
    notices = []
    var defaults = options.taskDefaults
    if let path = options.initialModel {
      let checkpoint = try Checkpoint(path: path)
      defaults.takeModel(of: checkpoint.training)
      self.options = try parse(defaults)
      try Self.compare(self.options, defaults, modelOptions, file: path)
      initial = checkpoint
    } else {
      self.options = try parse(defaults)
      initial = nil
    }
    arguments = Self.arguments(for: self.options)
  }

  /// Chooses what the command line leaves open. A run that goes on has had its choice.
  ///
  /// - Returns: Whether anything was left open.
  mutating func complete(by rule: SettingsRule) throws(UsageError) -> Bool {
    guard saved == nil else { return false }
    let given = arguments
    options = try rule.completed(options)
    arguments = Self.arguments(for: options)
    return arguments != given
  }

  /// Whether the run goes on among the files that it has written before.
  var resumesOwnFiles: Bool {
    saved.map { RunFiles(checkpoint: options.checkpoint, log: options.log).hasState($0.path) } ?? false
  }

  /// All that decides a run.
  static func arguments(for values: TrainOptions) -> [String] {
    arguments(decidingOptions + horizonOptions, for: values)
  }

  private static func arguments(_ options: [Option], for values: TrainOptions) -> [String] {
    options.flatMap { option in
      let own = option.arguments(for: values)
      return own == option.arguments(for: TrainOptions()) ? [] : own
    }
  }

  private static func check(_ options: TrainOptions) throws(UsageError) {
    if options.resume != nil, options.initialModel != nil {
      throw .conflict("--resume goes on with a run and --init-from starts a new one; give one of them")
    }
    try options.checkTask()
    if options.resume != nil, options.continues {
      throw .conflict("--resume names the file and --continue looks for it; give one of them")
    }
  }

  private static func stateToContinue(_ options: TrainOptions) -> String? {
    guard options.continues else { return nil }
    let path = RunFiles(checkpoint: options.checkpoint, log: options.log).last
    return exists(path) ? path : nil
  }

  private static func resume(
    _ saved: SavedRun, _ options: TrainOptions, _ parse: (TrainOptions) throws -> TrainOptions
  ) throws -> (TrainOptions, arguments: [String], notices: [String]) {
    // A stranger's file decides about the computation alone: not about paths, nor about what is overwritten.
    guard case .run(var stored, _)? = try? trainCommand.parse(saved.arguments),
      arguments(decidingOptions + horizonOptions, for: stored) == saved.arguments
    else { throw CheckpointError.damaged(path: saved.path, .metadata("run")) }
    if options.resume != nil {
      stored.checkpoint = RunFiles.checkpoint(ofState: saved.path)
      stored.log = RunFiles.renamed(stored.log, like: stored.checkpoint)
    }
    var resumed = try parse(stored)
    try checkHeldOutFiles(resumed, saved)
    let asked = try? resumed.trainingConfiguration()
    if asked == nil || asked != (try? stored.trainingConfiguration())
      || resumed.validationInterval != stored.validationInterval || resumed.logInterval != stored.logInterval
      || resumed.maximumVocabulary != stored.maximumVocabulary
    {
      try compare(resumed, stored, decidingOptions, file: saved.path)
    }
    // Two bounds together hold only if they were given together.
    if resumed.steps != stored.steps, resumed.epochs == stored.epochs { resumed.epochs = nil }
    if resumed.epochs != stored.epochs, resumed.steps == stored.steps { resumed.steps = nil }
    guard !resumed.isUnbounded else {
      throw UsageError.conflict(
        "the run of \(saved.path) was bounded by time alone; give --max-time again, or --steps or --epochs")
    }
    let hasOtherLength = (resumed.steps, resumed.epochs) != (stored.steps, stored.epochs)
    guard hasOtherLength || resumed.patience != stored.patience else {
      return (resumed, saved.arguments, [])
    }
    // The same options may be written in other words now, but the same run has the same bytes.
    let isSteady = !LearningRateSchedule(kind: stored.schedule ?? .constant).needsHorizon
    return (
      resumed, arguments(decidingOptions, for: stored) + arguments(horizonOptions, for: resumed),
      hasOtherLength
        ? [
          "the run has another length than it began with; its learning rate "
            + (isSteady ? "does not depend on it" : "goes on as in a run that had this length from the start")
        ] : []
    )
  }

  /// Paths are not stored; whether there were such files is.
  private static func checkHeldOutFiles(_ options: TrainOptions, _ saved: SavedRun) throws(UsageError) {
    let division = saved.checkpoint.training.division
    for (name, file, wasGiven) in [
      ("--val-file", options.validationFile, division.hasValidationText),
      ("--test-file", options.testFile, division.hasTestText),
    ] where (file != nil) != wasGiven {
      throw .conflict(
        wasGiven
          ? "\(saved.path) is of a run with \(name); give the same file again"
          : "\(name) contradicts \(saved.path), which is of a run without it; leave the option out")
    }
  }

  /// - Throws: `UsageError.conflict` for the first option that is not as it was.
  private static func compare(
    _ asked: TrainOptions, _ stored: TrainOptions, _ options: [OptionDefinition<TrainOptions>], file: String
  ) throws(UsageError) {
    for option in options where option.arguments(for: asked) != option.arguments(for: stored) {
      func text(_ values: TrainOptions) -> String {
        let arguments = option.arguments(for: values)
        return arguments.isEmpty ? "no \(option.names[0])" : arguments.joined(separator: " ")
      }
      throw .conflict("\(text(asked)) contradicts \(file), which has \(text(stored)); leave the option out")
    }
  }
}
