internal import CommandLineSupport

/// The condition that stops a run before its end, to be resumed: a signal, or a number of steps.
struct StopCondition {
  private let lastStep: Int

  init(stopAfter count: Int?, firstStep: Int) {
    let (last, overflow) = firstStep.addingReportingOverflow(count ?? .max)
    lastStep = overflow ? .max : last
  }

  func isReached(atStep step: Int) -> Bool { StopSignal.status != nil || step >= lastStep }
}
