internal import SystemCalls

/// An error that ends a run.
public enum TrainingError: Error, Equatable, Sendable {
  /// Divergence: too many steps in a row with a NaN or infinite loss or gradient, or a NaN or infinite parameter.
  case diverged(step: Int)
}

extension Trainer {
  /// The results of a validation.
  public struct Report: Equatable, Sendable {
    /// The step after which the model was validated.
    public var step: Int
    /// The number of epochs so far, including the fraction of the current one.
    public var epoch: Double
    /// The mean training loss since the previous report, in nats per character; nil if every step was skipped.
    public var trainingLoss: Double?
    /// The validation loss in nats per character; nil without a validation set.
    public var validationLoss: Double?
    /// Whether the validation loss is the lowest so far.
    public var isBest: Bool
  }

  /// Trains until a budget is used up, and validates after each epoch and at the end.
  ///
  /// With limited time, the length of the run is fixed so that the learning rate falls to its end in time: before the
  /// first step for ``LearningRateSchedule/Kind/cosine`` and ``LearningRateSchedule/Kind/linear``, when its decay
  /// begins for ``LearningRateSchedule/Kind/wsd``. The run may then take a tenth more.
  ///
  /// - Parameters:
  ///   - budget: The limits of the whole run, including the part before ``init(resuming:corpus:threadCount:)``.
  ///   - report: Called after each validation.
  ///   - isCancelled: Called before every step; training ends, without another validation, if it returns true.
  /// - Throws: `CorpusError.readFailed` or `.changed`; `TrainingError.diverged`.
  public func train(
    within budget: TrainingBudget, report: (Report) throws -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws {
    horizon = budget.horizon(stepsPerEpoch: stepsPerEpoch)
    var limit = TimeLimit(budget.seconds, of: self)
    func fixLength() throws(CorpusError) {
      _ = try limit.fixLength(of: self, validationInterval: stepsPerEpoch, secondsToEnd: 0)
    }
    try fixLength()
    while !isAtHorizon, !budget.isOutOfPatience(progress) {
      if isCancelled() { return }
      if limit.interruptsRun || limit.cutsShort(self) { break }
      try advance()
      guard !hasDiverged else { throw TrainingError.diverged(step: progress.step) }
      try fixLength()
      if progress.step % stepsPerEpoch == 0, !isAtHorizon { try report(validated()) }
    }
    guard hasFiniteParameters else { throw TrainingError.diverged(step: progress.step) }
    if progress.lastReport?.step != progress.step { try report(validated()) }
  }

  private func validated() throws(CorpusError) -> Report {
    let previousBest = progress.best
    let validationLoss = try validate()
    let trainingLoss = progress.interval.loss
    endReport()
    return Report(
      step: progress.step, epoch: epoch, trainingLoss: trainingLoss, validationLoss: validationLoss,
      isBest: progress.best != previousBest)
  }
}
