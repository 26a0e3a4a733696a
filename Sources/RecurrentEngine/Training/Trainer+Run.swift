/// A run that cannot go on.
public enum TrainingError: Error, Equatable, Sendable {
  /// Loss or gradients were NaN or infinite many times in a row, or the parameters are.
  case diverged(step: Int)
}

extension Trainer {
  /// The results at a validation.
  public struct Report: Equatable, Sendable {
    /// The step after which the model was validated.
    public var step: Int
    /// Passes over the training data so far.
    public var epoch: Double
    /// Mean since the report before, in nats per character; nil if every step since then was skipped.
    public var trainingLoss: Double?
    /// In nats per character; nil if nothing is held out.
    public var validationLoss: Double?
    /// Whether no earlier validation loss was as low.
    public var isBest: Bool
  }

  /// Skipped steps in a row after which training is given up.
  package static let maximumSkippedSteps = 8

  /// Trains until a budget is used up, and validates after each epoch and at the end.
  ///
  /// A run with limited time and the schedule ``LearningRateSchedule/Kind/wsd`` begins its decay in time; the decay
  /// itself is not cut short.
  ///
  /// - Parameters:
  ///   - budget: The length of the whole run, what was done before ``init(resuming:corpus:threadCount:)`` included.
  ///   - report: Called after each validation.
  ///   - isCancelled: Asked before every step; training ends, without another validation, when it returns true.
  /// - Throws: `CorpusError.readFailed` or `.changed`; `TrainingError.diverged`.
  public func train(
    within budget: TrainingBudget, report: (Report) throws -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws {
    horizon = budget.horizon(stepsPerEpoch: stepsPerEpoch) ?? .max
    var timing = DecayTiming(configuration.schedule, seconds: budget.seconds, firstStep: progress.step)
    var deadline = budget.seconds.map { ContinuousClock.now + .seconds($0) }
    while progress.step < horizon, !budget.isOutOfPatience(progress) {
      if isCancelled() { return }
      if let deadline, ContinuousClock.now >= deadline { break }
      try advance()
      guard progress.undoneInARow < Self.maximumSkippedSteps else { throw TrainingError.diverged(step: progress.step) }
      if let length = timing?.decayLength(atStep: progress.step, secondsToEnd: 0) {
        timing = nil
        if length < horizon - progress.step {
          decay(over: length)
          deadline = nil
        }
      }
      if progress.step % stepsPerEpoch == 0, progress.step < horizon { try report(validated()) }
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
