extension Trainer {
  /// The number of consecutive skipped steps, or of restarts without a better validation, after which training is given
  /// up.
  private static let maximumFailureCount = 8

  /// Whether training has diverged: eight steps in a row were skipped, or eight restarts gave no better validation.
  public var hasDiverged: Bool {
    max(progress.undoneInARow, progress.restartCount ?? 0) >= Self.maximumFailureCount
  }

  /// Whether training has just restarted from the best parameters, because the last two steps were skipped.
  public var hasRestarted: Bool { progress.undoneInARow > 0 && progress.undoneInARow.isMultiple(of: 2) }

  /// The best parameters so far, or the initial ones before the first validation.
  var restartParameters: FloatBuffer {
    if let known = bestModel ?? initialModel { return known.parameters }
    let initial = LanguageModel(model, parameters: FloatBuffer(count: model.layout.size))
    configuration.initialization.initialize(initial.network, outputBias: initialOutputBias)
    return initial.parameters
  }

  /// Continues from other parameters, with the optimizer and the carried state as at the start of a run.
  func restart(from parameters: FloatBuffer) {
    model.parameters.copy(from: parameters)
    average?.parameters.copy(from: parameters)
    for moment in chunkTrainer.optimizer.moments { moment.fill(with: 0) }
    chunkTrainer.optimizer.updateCount = 0
    progress.updateCount = 0
    chunkTrainer.workspace.resetState()
  }
}
