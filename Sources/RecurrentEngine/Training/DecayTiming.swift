internal import SystemCalls

/// The timing of the learning-rate decay in a run with limited time, so that the run ends in time.
package struct DecayTiming {
  private let start = secondsNow()
  private let seconds: Double
  private let firstStep: Int
  private let decaySteps: Int?

  /// The default length of the decay as a fraction of all steps.
  private static let decayShare = 0.2
  /// The fraction of the time that is kept in reserve, because later steps may be slower.
  private static let reserve = 0.01

  /// - Returns: Nil if time is not limited, or if the schedule is not ``LearningRateSchedule/Kind/wsd``.
  package init?(_ schedule: LearningRateSchedule, seconds: Double?, firstStep: Int) {
    guard let seconds, schedule.kind == .wsd else { return nil }
    self.seconds = seconds
    self.firstStep = firstStep
    decaySteps = schedule.decaySteps
  }

  package var fractionSpent: Double { seconds > 0 ? (secondsNow() - start) / seconds : 1 }
  package var secondsLeft: Double { max(0, seconds - (secondsNow() - start)) }

  /// Returns the length of the decay if it must begin now.
  ///
  /// - Parameter secondsToEnd: The time that the end of the run takes after the last step.
  package func decayLength(atStep step: Int, secondsToEnd: Double) -> Int? {
    guard step > firstStep else { return nil }
    let spent = secondsNow() - start
    // Includes validation and saving.
    let secondsPerStep = spent / Double(step - firstStep)
    let stepsLeft = (seconds * (1 - Self.reserve) - spent - secondsToEnd) / secondsPerStep
    let length = decaySteps.map(Double.init) ?? Self.decayShare * (Double(step) + stepsLeft)
    guard stepsLeft <= length else { return nil }
    return max(1, Int(min(stepsLeft, 1e9)))
  }
}

extension Trainer {
  /// Begins the learning-rate decay if the remaining time is just enough for it.
  ///
  /// - Parameters:
  ///   - timing: Set to nil once the decay has begun.
  ///   - secondsToEnd: The time that the end of the run takes after the last step.
  /// - Returns: The number of steps left, if the decay began now and ends the run earlier than its horizon.
  package func beginDecay(timedBy timing: inout DecayTiming?, secondsToEnd: Double = 0) -> Int? {
    guard let length = timing?.decayLength(atStep: progress.step, secondsToEnd: secondsToEnd) else { return nil }
    timing = nil
    guard length < horizon - progress.step else { return nil }
    decay(over: length)
    return length
  }
}
