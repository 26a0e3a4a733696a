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
    saved = try SavedRun.ifPresent(path: path)
    checkpoint = try saved?.checkpoint ?? Checkpoint(widening: path)
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
    try files.checkHeldOutFiles(of: checkpoint.training, file: path)
  }
}
