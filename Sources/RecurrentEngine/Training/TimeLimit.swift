internal import SystemCalls

/// The time limit of a run. It fixes the length of the run early enough for the learning rate to fall to its end in
/// time.
package struct TimeLimit {
  private let start = secondsNow()
  private let seconds: Double
  private let firstStep: Int
  /// Whether the limit interrupts a run whose length is given and no longer open to change.
  private let isInterruption: Bool
  /// Whether nothing is left to decide about the length of the run: its learning rate falls, or the run has ended.
  package private(set) var isSettled: Bool

  /// The default length of the decay of ``LearningRateSchedule/Kind/wsd`` as a fraction of all steps.
  private static let decayShare = 0.2
  /// The fraction of the time that is kept in reserve when that decay begins, because later steps may be slower.
  private static let decayReserve = 0.01
  /// The fraction of the time that is kept in reserve by a length that is fixed before the first step.
  private static let reserve = 0.1
  /// The fraction of the time that a falling learning rate may take in addition: its last steps reduce the loss most.
  private static let grace = 0.1

  /// - Parameters:
  ///   - seconds: The limit; nil for none.
  ///   - trainer: The trainer of the run, with its horizon.
  ///   - continues: Whether this is what is left of the limit of an earlier process, which may have fixed the length.
  package init(_ seconds: Double?, of trainer: Trainer, continues: Bool = false) {
    self.seconds = seconds ?? .infinity
    firstStep = trainer.progress.step
    let isFixed = trainer.horizon.map { [firstStep] in firstStep >= trainer.lastOpenStep(horizon: $0) } ?? false
    let isFalling = isFixed && continues && trainer.configuration.schedule.needsHorizon
    isSettled = seconds == nil || isFalling
    isInterruption = isFixed && !isFalling
  }

  package var secondsSpent: Double { secondsNow() - start }
  package var secondsLeft: Double { max(0, seconds - secondsSpent) }
  package var fractionSpent: Double { seconds > 0 ? min(1, secondsSpent / seconds) : 1 }

  /// Whether the length of the run is fixed before its first step.
  package func decidesFirst(_ trainer: Trainer) -> Bool {
    let kind = trainer.configuration.schedule.kind
    return !isSettled && trainer.progress.step == 0 && (kind == .cosine || kind == .linear)
  }

  /// Whether the run must stop, to be resumed.
  package var interruptsRun: Bool { isInterruption && secondsSpent >= seconds }

  /// Whether the run must end although its learning rate has not fallen to its end.
  package func cutsShort(_ trainer: Trainer) -> Bool {
    isSettled && secondsSpent >= seconds * (1 + Self.grace) && !trainer.isAtHorizon
      && trainer.progress.undoneInARow == 0
  }

  /// Fixes the length of the run if now is the time for it. Must be called before the first step and after each step,
  /// before validation.
  ///
  /// - Parameters:
  ///   - validationInterval: The number of steps between validations.
  ///   - secondsToEnd: The time of the last validation and saving, or before the first step that of saving.
  /// - Returns: Whether the length was fixed now. The result is the same as if it had been given from the start.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  package mutating func fixLength(
    of trainer: Trainer, validationInterval: Int, secondsToEnd: Double
  ) throws(CorpusError) -> Bool {
    guard !isSettled, !isInterruption, trainer.progress.undoneInARow == 0 else { return false }
    let step = trainer.progress.step
    let horizon = trainer.horizon ?? .max
    switch trainer.configuration.schedule.kind {
    case .cosine where step == 0, .linear where step == 0:
      isSettled = true
      let cost = try trainer.measureCost(seconds: min(seconds / 20, 2))
      let secondsPerReport = cost.secondsPerValidation + secondsToEnd
      let secondsPerStep = cost.secondsPerStep + secondsPerReport / Double(validationInterval)
      let time = seconds * (1 - Self.reserve) - secondsSpent - secondsPerReport
      let length = max(1, Int(min(time / secondsPerStep, 1e9)))
      trainer.horizon = min(horizon, length)
      return length < horizon
    case .wsd:
      guard step < trainer.lastOpenStep(horizon: horizon) else {
        isSettled = true
        return false
      }
      guard let length = decayLength(atStep: step, trainer.configuration.schedule.decaySteps, secondsToEnd) else {
        return false
      }
      isSettled = true
      guard length < horizon - step else { return false }
      trainer.decay(over: length)
      return true
    case .cosine, .linear, .constant, .step, .plateau:
      guard trainer.horizon == nil, step > firstStep, secondsSpent + secondsToEnd >= seconds else { return false }
      isSettled = true
      trainer.horizon = step
      return true
    }
  }

  /// Returns the length of the decay of ``LearningRateSchedule/Kind/wsd`` if it must begin now.
  private func decayLength(atStep step: Int, _ decaySteps: Int?, _ secondsToEnd: Double) -> Int? {
    guard step > firstStep else { return nil }
    let spent = secondsSpent
    // Includes validation and saving.
    let secondsPerStep = spent / Double(step - firstStep)
    let stepsLeft = (seconds * (1 - Self.decayReserve) - spent - secondsToEnd) / secondsPerStep
    let length = decaySteps.map(Double.init) ?? Self.decayShare * (Double(step) + stepsLeft)
    return stepsLeft <= length ? max(1, Int(min(stepsLeft, 1e9))) : nil
  }
}

extension Trainer {
  /// The step from which on a given length of the run cannot be shortened without a break in the learning rate.
  fileprivate func lastOpenStep(horizon: Int) -> Int {
    switch configuration.schedule.kind {
    case .constant, .step, .plateau: 0
    case .cosine, .linear: 1
    case .wsd: horizon - configuration.schedule.decayLength(horizon: horizon)
    }
  }

  /// Measures the time of a step and of a validation of a run that has not begun, and undoes them.
  ///
  /// - Parameter seconds: The approximate time for each of the two measurements.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  fileprivate func measureCost(
    seconds: Double
  ) throws(CorpusError) -> (secondsPerStep: Double, secondsPerValidation: Double) {
    let initial = LanguageModel(copying: model)
    // Warms up the memory.
    try advance()
    var start = secondsNow()
    var count = 0
    repeat {
      try advance()
      count += 1
    } while count < 3 || secondsNow() - start < seconds
    let secondsPerStep = (secondsNow() - start) / Double(count)
    start = secondsNow()
    let secondsPerValidation = try evaluation.map { evaluation throws(CorpusError) in
      announce(.evaluate)
      _ = try evaluation.loss(of: validatedModel, threadCount: threadCount) { secondsNow() - start > seconds }
      return (secondsNow() - start) / max(evaluation.fractionDone, 1e-9)
    }
    announce(.begin)
    begin(from: initial.parameters)
    return (secondsPerStep, secondsPerValidation ?? 0)
  }
}
