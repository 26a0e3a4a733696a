internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// A run that trains a temporary model within a budget, and reports its losses.
struct StudyRun {
  /// Losses at an optimizer step.
  struct Row {
    enum Event: String {
      case none = ""
      /// The lowest validation loss so far.
      case best
      /// The step was skipped because its loss or gradient was NaN or infinite.
      case undone
    }

    var step: Int
    /// Number of characters trained on.
    var characters: Int
    /// Training time in seconds, without validation.
    var seconds: Double
    var learningRate: Double
    /// Mean training loss since the previous row, in nats per character; nil if no step succeeded.
    var trainingLoss: Double?
    /// Validation loss, in nats per character; nil if there was no validation.
    var validationLoss: Double?
    var event: Event
  }

  enum Ending: Equatable {
    case finished
    /// Stopped by a signal.
    case stopped
    case diverged
  }

  let trainer: Trainer
  private let budget: TrainingBudget
  private let validationInterval: Int
  private let logInterval: Int
  private var timeLimit: TimeLimit
  /// Whether the time limit ends the run although its learning rate has not fallen to its end.
  private var isCutShort = false
  private var trainingSeconds = 0.0
  /// Duration of the last validation, in seconds.
  private var validationSeconds = 0.0

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - validationInterval: The number of optimizer steps between validations; nil for an epoch.
  ///   - logInterval: The number of optimizer steps between rows, besides those with a validation.
  init(_ trainer: Trainer, within budget: TrainingBudget, validationInterval: Int? = nil, logInterval: Int = .max) {
    self.trainer = trainer
    self.budget = budget
    self.validationInterval = validationInterval ?? trainer.stepsPerEpoch
    self.logInterval = logInterval
    trainer.horizon = budget.horizon(stepsPerEpoch: trainer.stepsPerEpoch)
    timeLimit = TimeLimit(budget.seconds, of: trainer)
  }

  /// Trains until the budget is used up, a signal arrives, or training diverges.
  ///
  /// - Parameters:
  ///   - update: Called after each optimizer step.
  ///   - report: Called with each row: at both intervals, at skipped steps and at the end. Returns whether to continue.
  /// - Throws: The errors of `report`; `CorpusError` if the corpus cannot be read.
  mutating func run(update: (Status) -> Void, report: (Row) throws -> Bool) throws -> Ending {
    if trainer.horizon == 0, try !self.report(to: report) { return .finished }
    try fixLength()
    // After a skipped step, training continues past a signal or the limit until a step succeeds or training diverges.
    while !trainer.isAtHorizon, !budget.isOutOfPatience(trainer.progress),
      isSkipped || (StopSignal.status == nil && !isCutShort && !timeLimit.interruptsRun)
    {
      let start = secondsNow()
      try trainer.advance()
      trainingSeconds += secondsNow() - start
      update(status)
      try fixLength()
      let isReportStep = isValidationStep || isSkipped || trainer.progress.step % logInterval == 0
      if isReportStep, try !self.report(to: report) { return .finished }
      guard !trainer.hasDiverged else { return .diverged }
    }
    guard trainer.hasFiniteParameters else { return .diverged }
    return StopSignal.status == nil ? .finished : .stopped
  }

  private mutating func fixLength() throws(CorpusError) {
    _ = try timeLimit.fixLength(
      of: trainer, validationInterval: validationInterval, secondsToEnd: validationSeconds)
    isCutShort = timeLimit.cutsShort(trainer)
  }

  private var isSkipped: Bool { trainer.progress.undoneInARow > 0 }

  private var isValidationStep: Bool {
    trainer.isAtHorizon || isCutShort || trainer.progress.step % validationInterval == 0
  }

  /// Validates if a validation is due, and reports the row. Reports nothing after a signal during validation.
  ///
  /// - Returns: Whether to continue.
  private mutating func report(to body: (Row) throws -> Bool) throws -> Bool {
    let start = secondsNow()
    let previousBest = trainer.progress.best
    let validationLoss = isValidationStep ? try trainer.validate { StopSignal.status != nil } : nil
    if isValidationStep, trainer.canValidate, validationLoss == nil { return true }
    let isBest = trainer.progress.best != previousBest
    let row = Row(
      step: trainer.progress.step, characters: trainer.progress.characterCount, seconds: trainingSeconds,
      learningRate: trainer.learningRate, trainingLoss: trainer.progress.interval.loss, validationLoss: validationLoss,
      event: isSkipped ? .undone : isBest ? .best : .none)
    trainer.endReport()
    defer { if isValidationStep { validationSeconds = secondsNow() - start } }
    return try body(row)
  }

  // MARK: Progress

  /// Progress of a run.
  struct Status {
    /// Fraction of the budget that is used, from 0 to 1.
    var fraction: Double
    /// Mean training loss since the last row, in nats per character; nil if there is none.
    var loss: Double?
    var charactersPerSecond: Double
  }

  private var status: Status {
    Status(
      fraction: max(
        trainer.horizon.map { Double(trainer.progress.step) / Double($0) } ?? 0, timeLimit.fractionSpent),
      loss: trainer.progress.interval.loss,
      charactersPerSecond: Double(trainer.progress.characterCount) / max(trainingSeconds, 1e-9))
  }
}
