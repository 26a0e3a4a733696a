internal import CommandLineSupport
internal import ToolSupport

/// What ends a run before its horizon.
struct StopCondition {
  private let lastStep: Int
  private let deadline: Double

  init(_ options: TrainOptions, firstStep: Int) {
    let (last, overflow) = firstStep.addingReportingOverflow(options.stopAfter ?? .max)
    lastStep = overflow ? .max : last
    deadline = options.maximumSeconds.map { secondsNow() + $0 } ?? .infinity
  }

  func isReached(atStep step: Int) -> Bool {
    StopSignal.status != nil || step >= lastStep || (deadline < .infinity && secondsNow() >= deadline)
  }
}
