internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// A saved run with the options of the command line that resumes it.
struct Resumption {
  let saved: SavedRun
  let options: TrainOptions
  /// The options that the file stores.
  let stored: GivenOptions
  /// The arguments that the run stores from now on.
  let arguments: [String]
  let notices: [String]

  /// - Throws: `CheckpointError.damaged`; `UsageError.conflict` if an option contradicts the file.
  init(_ saved: SavedRun, _ given: GivenOptions) throws {
    self.saved = saved
    stored = try Self.storedOptions(saved)
    var base = TrainOptions()
    base.training.configuration = saved.checkpoint.training
    base = trainCommand.applying(stored, to: base)
    if given.contains("--resume") {
      base.checkpoint = RunFiles.checkpoint(ofState: saved.path)
      base.log = RunFiles.renamed(base.log, like: base.checkpoint)
    }
    var options = trainCommand.applying(given, to: base)
    try Self.checkHeldOutFiles(options.training, saved)
    try options.training.checkAgreement(
      given, with: base.training, about: TrainingSettings.decidingOptions, file: saved.path)
    options.training.budget = Self.budget(options.training.budget, after: base.training.budget, given)
    guard !options.training.budget.isUnlimited else {
      throw UsageError.conflict(
        "the run of \(saved.path) was bounded by time alone; give --max-time again, or --steps or --epochs")
    }
    self.options = options
    let (new, old) = (options.training.budget, base.training.budget)
    let hasOtherLength = (new.steps, new.epochs) != (old.steps, old.epochs)
    let isSteady = !base.training.configuration.schedule.needsHorizon
    notices =
      hasOtherLength
      ? [
        "the run has another length than it began with; its learning rate "
          + (isSteady ? "does not depend on it" : "goes on as in a run that had this length from the start")
      ] : []
    // The same options may be written in other words now, but the same run has the same bytes.
    arguments =
      hasOtherLength || new.patience != old.patience
      ? TrainingSettings.decidingOptions.flatMap { [stored] in $0.arguments(in: stored) ?? [] }
        + TrainingSettings.lengthOptions.except("--max-time").flatMap { $0.arguments(for: options.training) }
      : saved.arguments
  }

  /// The options of a file, which may be a stranger's: they decide about the computation, not about paths.
  private static func storedOptions(_ saved: SavedRun) throws -> GivenOptions {
    let allowed = TrainingSettings.decidingOptions + TrainingSettings.lengthOptions.except("--max-time")
    guard case .run(_, operands: [], let given)? = try? trainCommand.parse(saved.arguments, checksOptions: false),
      given.names.isSubset(of: allowed.map { $0.names[0] })
    else { throw CheckpointError.damaged(path: saved.path, .metadata("run")) }
    return given
  }

  /// The limits of a run that goes on: two limits together hold only if they are given together.
  private static func budget(
    _ asked: TrainingBudget, after old: TrainingBudget, _ given: GivenOptions
  ) -> TrainingBudget {
    var budget = asked
    if asked.steps != old.steps, !given.contains("--epochs") { budget.epochs = nil }
    if asked.epochs != old.epochs, !given.contains("--steps") { budget.steps = nil }
    return budget
  }

  /// Paths are not stored; whether there were such files is.
  private static func checkHeldOutFiles(_ settings: TrainingSettings, _ saved: SavedRun) throws(UsageError) {
    let division = saved.checkpoint.training.division
    for (name, file, wasGiven) in [
      ("--val-file", settings.validationFile, division.hasValidationText),
      ("--test-file", settings.testFile, division.hasTestText),
    ] where (file != nil) != wasGiven {
      throw .conflict(
        wasGiven
          ? "\(saved.path) is of a run with \(name); give the same file again"
          : "\(name) contradicts \(saved.path), which is of a run without it; leave the option out")
    }
  }
}
