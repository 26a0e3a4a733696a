internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// The model of a checkpoint, with the settings of the run that trained it.
struct StoredModel {
  let path: String
  let checkpoint: Checkpoint
  /// The state of the run; nil for the file of the selected model.
  let saved: SavedRun?
  let settings: TrainingSettings

  /// - Parameter files: Settings with the paths of held-out texts.
  /// - Throws: `CheckpointError`; `UsageError.conflict` if a held-out text is missing or needless; `ToolError` with status
  ///   `badData` if no single run trains the model.
  init(path: String, _ files: TrainingSettings) throws {
    self.path = path
    saved = try Self.run(in: path)
    checkpoint = try saved?.checkpoint ?? Checkpoint(path: path)
    let progress = checkpoint.progress
    guard saved != nil || progress.step > 0 || progress.validationLoss != nil else {
      throw ToolError(.badData, "\(path): its model was not trained by lstm-train; give the checkpoint of a run")
    }
    if let step = progress.lengthChangeStep {
      throw ToolError(
        .badData,
        "\(path): the run was resumed after step \(step) with another length, and no single run trains its model; give "
          + "the checkpoint of a run of one length")
    }
    var base = files
    base.configuration = checkpoint.training
    let given = try GivenOptions(stored: saved?.arguments ?? checkpoint.arguments, in: path)
    settings = (TrainingSettings.decidingOptions + TrainingSettings.lengthOptions).command(from: base)
      .applying(given, to: base)
    let division = checkpoint.training.division
    for (name, file, wasGiven) in [
      ("--val-file", files.validationFile, division.hasValidationText),
      ("--test-file", files.testFile, division.hasTestText),
    ] where (file != nil) != wasGiven {
      throw UsageError.conflict(
        "\(path) is of a run with\(wasGiven ? "" : "out") \(name); \(wasGiven ? "give the same file" : "leave it out")")
    }
  }

  private static func run(in path: String) throws -> SavedRun? {
    do {
      return try SavedRun(path: path)
    } catch CheckpointError.noTrainingState {
      return nil
    }
  }
}
