internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// The condition that ends a run before its horizon: a signal, a number of steps, or a time limit.
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

  /// Seconds until the time limit; infinite if there is none.
  var secondsLeft: Double { max(0, deadline - secondsNow()) }
  /// Fraction of the time limit that is used, from 0 to 1.
  var fractionSpent: Double { maximumSeconds.isFinite ? min(1, 1 - secondsLeft / maximumSeconds) : 0 }

  /// Extends the deadline by a tenth of the time limit, because the end of a learning-rate decay reduces the loss most.
  mutating func allowForDecay() { deadline += maximumSeconds / 10 }
}
