internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Finds the step at which the learning rate of a run with limited time must begin to fall, so that it ends in time.
struct TimeBudget {
  private let start = secondsNow()
  private let seconds: Double
  private let firstStep: Int
  /// The length of the decay where it is given.
  private let decaySteps: Int?

  /// Share of all steps in which the rate falls unless told otherwise.
  private static let decayShare = 0.2
  /// Share of the time that is kept for what the speed until now does not tell.
  private static let reserve = 0.01

  /// - Parameter options: With a schedule of another kind nothing begins early.
  init?(_ options: TrainOptions, firstStep: Int) {
    guard let seconds = options.maximumSeconds, options.schedule == .wsd else { return nil }
    self.seconds = seconds
    self.firstStep = firstStep
    decaySteps = options.decaySteps
  }

  /// The share of the time that has gone.
  var fractionSpent: Double { seconds > 0 ? (secondsNow() - start) / seconds : 1 }
  var secondsLeft: Double { max(0, seconds - (secondsNow() - start)) }

  /// The length of the decay if it must begin now.
  ///
  /// - Parameter secondsToEnd: What the end of the run takes when the last step is done.
  func decayLength(atStep step: Int, secondsToEnd: Double) -> Int? {
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
