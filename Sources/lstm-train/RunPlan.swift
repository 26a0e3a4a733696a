internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// What a command line comes to, with what the file says that it goes on from.
struct RunPlan {
  let options: TrainOptions
  /// Where the run goes on; nil for a new one.
  let saved: SavedRun?
  /// The model that a new run starts from.
  let initial: Checkpoint?
  /// What is to be said about it all.
  let notices: [String]

  /// - Parameter parse: Reads the command line again, with other defaults.
  /// - Throws: `UsageError` if an option contradicts the file; what opening a checkpoint throws.
  init(_ options: TrainOptions, parse: (_ defaults: TrainOptions) throws -> TrainOptions) throws {
    try Self.check(options)
    if let path = options.resume ?? Self.stateToContinue(options) {
      let saved = try SavedRun(path: path)
      let (options, notices) = try Self.resume(saved, options, parse)
      self.options = options
      self.saved = saved
      self.notices = notices
      initial = nil
      return
    }
    saved = nil
    guard let path = options.initialModel else {
      self.options = options
      initial = nil
      notices = []
      return
    }
    let checkpoint = try Checkpoint(path: path)
    var defaults = TrainOptions()
    defaults.takeModel(of: checkpoint.training)
    self.options = try parse(defaults)
    try Self.compare(self.options, defaults, modelOptions, file: path)
    initial = checkpoint
    notices = []
  }

  /// What the run is told, as its checkpoints keep it: no paths, no threads, nothing that only says how long to run now.
  var arguments: [String] {
    (decidingOptions + horizonOptions).flatMap { option in
      let own = option.arguments(for: options)
      return own == option.arguments(for: TrainOptions()) ? [] : own
    }
  }

  /// Whether the run goes on among the files that it has written before.
  var resumesOwnFiles: Bool {
    guard let saved else { return false }
    return RunFiles.checkpoint(ofState: saved.path) == options.checkpoint
  }

  private static func check(_ options: TrainOptions) throws(UsageError) {
    if options.resume != nil, options.initialModel != nil {
      throw .conflict("--resume goes on with a run and --init-from starts a new one; give one of them")
    }
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
  ) throws -> (TrainOptions, notices: [String]) {
    guard case .run(var stored, _)? = try? trainCommand.parse(saved.arguments) else {
      throw CheckpointError.damaged(path: saved.path, .metadata("run"))
    }
    if options.resume != nil { stored.checkpoint = RunFiles.checkpoint(ofState: saved.path) }
    var resumed = try parse(stored)
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
    var notices: [String] = []
    if (resumed.steps, resumed.epochs) != (stored.steps, stored.epochs) {
      notices.append("the run has another length than it began with; its learning rate is constant, and stays as it is")
    }
    return (resumed, notices)
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
