/// How long a run may be: the first limit that is reached ends it.
public struct TrainingBudget: Equatable, Sendable {
  /// Passes over the training data; nil for no such limit.
  public var epochs: Int?
  /// Optimizer steps; nil for no such limit.
  public var steps: Int?
  /// Seconds of this process; nil for no such limit.
  public var seconds: Double?
  /// Validations in a row without a better loss; nil for no such limit.
  public var patience: Int?
  /// Floating-point operations for which settings are chosen if neither epochs, steps nor seconds are limited: five
  /// minutes on two cores.
  public var operations = 1e14

  /// A budget in which everything is left to choose.
  public static let `default` = TrainingBudget()

  /// A budget with these limits.
  public init(epochs: Int? = nil, steps: Int? = nil, seconds: Double? = nil, patience: Int? = nil) {
    self.epochs = epochs
    self.steps = steps
    self.seconds = seconds
    self.patience = patience
  }

  /// Whether neither epochs, steps nor seconds are limited.
  public var isUnlimited: Bool { epochs == nil && steps == nil && seconds == nil }

  /// The last step of a run, for which learning-rate schedules are made; nil if neither epochs nor steps are limited.
  public func horizon(stepsPerEpoch: Int) -> Int? {
    let ofEpochs = epochs.map { epochs in
      let (product, overflow) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
      return overflow ? .max : product
    }
    return [steps, ofEpochs].compactMap(\.self).min()
  }

  /// Whether there were so many validations after the best one that no better is expected.
  public func isOutOfPatience(_ progress: TrainingProgress) -> Bool {
    guard let patience, !progress.isReportDue else { return false }
    return progress.validationsSinceBest >= patience
  }
}
