internal import Dispatch

/// The time at which the learning rate of a run with limited time must begin to fall, so that the run ends in time.
package struct DecayTiming {
  private let start = secondsNow()
  private let seconds: Double
  private let firstStep: Int
  /// The length of the decay where it is given.
  private let decaySteps: Int?

  /// Share of all steps in which the rate falls unless the schedule says otherwise.
  private static let decayShare = 0.2
  /// Share of the time that is kept in reserve, because later steps may be slower.
  private static let reserve = 0.01

  /// - Returns: Nil if time is not limited, or if the schedule is not ``LearningRateSchedule/Kind/wsd``.
  package init?(_ schedule: LearningRateSchedule, seconds: Double?, firstStep: Int) {
    guard let seconds, schedule.kind == .wsd else { return nil }
    self.seconds = seconds
    self.firstStep = firstStep
    decaySteps = schedule.decaySteps
  }

  /// The share of the time that is over.
  package var fractionSpent: Double { seconds > 0 ? (secondsNow() - start) / seconds : 1 }
  package var secondsLeft: Double { max(0, seconds - (secondsNow() - start)) }

  /// Returns the length of the decay if it must begin now.
  ///
  /// - Parameter secondsToEnd: What the end of the run takes when the last step is done.
  package func decayLength(atStep step: Int, secondsToEnd: Double) -> Int? {
    guard step > firstStep else { return nil }
    let spent = secondsNow() - start
    // Validation and saving included.
    let secondsPerStep = spent / Double(step - firstStep)
    let stepsLeft = (seconds * (1 - Self.reserve) - spent - secondsToEnd) / secondsPerStep
    let length = decaySteps.map(Double.init) ?? Self.decayShare * (Double(step) + stepsLeft)
    guard stepsLeft <= length else { return nil }
    return max(1, Int(min(stepsLeft, 1e9)))
  }
}

/// The time on a clock that does not run backwards.
private func secondsNow() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
