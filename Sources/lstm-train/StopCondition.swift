internal import CommandLineSupport
internal import ToolSupport

/// What ends a run before its horizon.
struct StopCondition {
  private let lastStep: Int
  private var deadline: Double
  private let maximumSeconds: Double

  init(_ options: TrainOptions, firstStep: Int) {
    let (last, overflow) = firstStep.addingReportingOverflow(options.stopAfter ?? .max)
    lastStep = overflow ? .max : last
    maximumSeconds = options.maximumSeconds ?? .infinity
    deadline = secondsNow() + maximumSeconds
  }

  func isReached(atStep step: Int) -> Bool {
    StopSignal.status != nil || step >= lastStep || (deadline < .infinity && secondsNow() >= deadline)
  }

  /// A run whose learning rate falls so that it ends in time may take a little longer: its last steps are worth most.
  mutating func allowForDecay() { deadline += maximumSeconds / 10 }
}
