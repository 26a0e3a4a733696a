internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Ends a run before its horizon.
struct StopCondition {
  private let lastStep: Int
  private let maximumSeconds: Double
  private var deadline: Double

  init(_ options: TrainOptions, firstStep: Int) {
    let (last, overflow) = firstStep.addingReportingOverflow(options.stopAfter ?? .max)
    lastStep = overflow ? .max : last
    maximumSeconds = options.training.budget.seconds ?? .infinity
    deadline = secondsNow() + maximumSeconds
  }

  func isReached(atStep step: Int) -> Bool {
    StopSignal.status != nil || step >= lastStep || secondsNow() >= deadline
  }

  /// Until the time is over; infinite if it is not limited.
  var secondsLeft: Double { max(0, deadline - secondsNow()) }
  /// The share of the time that is over.
  var fractionSpent: Double { maximumSeconds.isFinite ? min(1, 1 - secondsLeft / maximumSeconds) : 0 }

  /// A run whose learning rate falls so that it ends in time may take a little longer: its last steps are worth most.
  mutating func allowForDecay() { deadline += maximumSeconds / 10 }
}
