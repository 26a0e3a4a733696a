/// The limits of a run, which ends at the first one that is reached.
public struct TrainingBudget: Equatable, Sendable {
  /// The maximum number of epochs; nil for no limit.
  public var epochs: Int?
  /// The maximum number of optimizer steps; nil for no limit.
  public var steps: Int?
  /// The maximum time of this process in seconds; nil for no limit.
  public var seconds: Double?
  /// The number of validations without improvement after which the run ends (early stopping); nil for no limit.
  public var patience: Int?
  /// The floating-point operations that settings are chosen for if the run ``isUnlimited``: five minutes on two cores.
  public var operations = 1e14

  /// A budget without limits, for which the recommended settings include the length of the run.
  public static let `default` = TrainingBudget()

  /// Creates a budget.
  public init(epochs: Int? = nil, steps: Int? = nil, seconds: Double? = nil, patience: Int? = nil) {
    self.epochs = epochs
    self.steps = steps
    self.seconds = seconds
    self.patience = patience
  }

  /// Whether neither epochs, steps nor seconds are limited.
  public var isUnlimited: Bool { epochs == nil && steps == nil && seconds == nil }

  /// Returns the last step of a run, for learning-rate schedules; nil if neither epochs nor steps are limited, or if
  /// their number exceeds all that can be counted.
  public func horizon(stepsPerEpoch: Int) -> Int? {
    let ofEpochs = epochs.flatMap { epochs in
      let (product, overflow) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
      return overflow ? nil : product
    }
    return [steps, ofEpochs].compactMap(\.self).min()
  }

  /// Returns whether the number of validations since the best one has reached the patience.
  public func isOutOfPatience(_ progress: TrainingProgress) -> Bool {
    guard let patience, !progress.isReportDue else { return false }
    return progress.validationsSinceBest >= patience
  }
}
