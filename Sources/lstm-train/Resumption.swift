internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// A saved run, with the options of the command line that resumes it.
struct Resumption {
  let saved: SavedRun
  let options: TrainOptions
  /// Options that the file stores.
  let stored: GivenOptions
  /// Arguments that the resumed run stores in its checkpoints, without a time limit.
  let arguments: [String]
  /// Whether what is left of the stored time limit bounds the run.
  let continuesTimeLimit: Bool
  /// The limits of the run before this command, if it gets others.
  let earlierBudget: TrainingBudget?
  let notices: [String]

  /// Merges the stored and the given options.
  ///
  /// - Throws: `CheckpointError.damaged`; `UsageError.conflict` if an option contradicts the file.
  init(_ saved: SavedRun, _ given: GivenOptions) throws {
    self.saved = saved
    stored = try GivenOptions(stored: saved.arguments, in: saved.path)
    var base = TrainOptions()
    base.training.configuration = saved.checkpoint.training
    base = trainCommand.applying(stored, to: base)
    if given.contains("--resume") { base.useFiles(ofState: saved.path) }
    var options = trainCommand.applying(given, to: base)
    try options.training.checkHeldOutFiles(of: saved.checkpoint.training, file: saved.path)
    try options.training.checkAgreement(
      given, with: base.training, about: TrainingSettings.decidingOptions, file: saved.path)
    options.training.budget = Self.budget(options.training.budget, after: base.training.budget, given)
    // The limit is of the whole run, and what is given is of this process.
    if given.contains("--max-time") { options.training.budget.seconds? += Double(saved.secondsSpent ?? 0) }
    guard !options.training.budget.isUnlimited else {
      throw UsageError.conflict(
        "the run of \(saved.path) was bounded by time alone; give --max-time again, or --steps or --epochs")
    }
    // Also of a run that is continued.
    options.resume = saved.path
    self.options = options
    continuesTimeLimit = options.training.budget.seconds != nil && !given.contains("--max-time")
    let (new, old) = (options.training.budget, base.training.budget)
    let hasOtherLength = (new.steps, new.epochs) != (old.steps, old.epochs)
    let isSteady = !base.training.configuration.schedule.needsHorizon
    earlierBudget = hasOtherLength ? old : nil
    notices =
      hasOtherLength
      ? [
        "the length of the run has changed; its learning rate "
          + (isSteady ? "does not depend on it" : "now follows the schedule of the new length")
      ] : []
    // Stored arguments are kept verbatim if possible: a resumed run must write the same bytes as an uninterrupted one.
    arguments =
      hasOtherLength || new.patience != old.patience
      ? TrainingSettings.decidingOptions.flatMap { [stored] in $0.arguments(in: stored) ?? [] }
        + TrainingSettings.lengthOptions.except("--max-time").flatMap { $0.arguments(for: options.training) }
      : saved.arguments.removing(["--max-time"])
  }

  /// Returns the limits of a resumed run. A new limit of steps replaces stored limits of epochs and time, and so on.
  private static func budget(
    _ asked: TrainingBudget, after old: TrainingBudget, _ given: GivenOptions
  ) -> TrainingBudget {
    var budget = asked
    if asked.steps != old.steps, !given.contains("--epochs") { budget.epochs = nil }
    if asked.epochs != old.epochs, !given.contains("--steps") { budget.steps = nil }
    if (asked.steps, asked.epochs) != (old.steps, old.epochs), !given.contains("--max-time") { budget.seconds = nil }
    return budget
  }
}
