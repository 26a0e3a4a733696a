internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// The loop that trains until a run ends or is stopped, and writes its results.
struct TrainingLoop {
  let run: ResolvedRun
  let trainer: Trainer
  let output: TrainingOutput
  var writer: RunWriter
  var budget: TrainingBudget
  var stop: StopCondition
  /// Timing of the learning-rate decay in a run with a time limit; nil once the decay has begun.
  var timing: DecayTiming?
  private let flowRecorder: GradientFlowRecorder?
  /// Training time in seconds, without validation and saving.
  var trainingSeconds: Double
  /// Training time since the last row of the loss curve, in seconds.
  var intervalSeconds = 0.0
  var lastSave = secondsNow()
  /// Duration of the last validation and saving, in seconds.
  private var reportSeconds = 0.0
  var lastValidationLoss: Double?
  var course = Sparkline()

  init(
    _ run: ResolvedRun, _ trainer: Trainer, _ writer: RunWriter, _ flowRecorder: GradientFlowRecorder?,
    _ output: TrainingOutput
  ) {
    self.run = run
    self.trainer = trainer
    self.writer = writer
    self.flowRecorder = flowRecorder
    self.output = output
    budget = run.options.training.budget
    trainingSeconds = writer.seconds
    lastValidationLoss = trainer.progress.best?.loss
    let step = trainer.progress.step
    stop = StopCondition(run.options, firstStep: step)
    let schedule = trainer.configuration.schedule
    trainer.horizon = budget.horizon(stepsPerEpoch: trainer.stepsPerEpoch) ?? .max
    if step < trainer.horizon - schedule.decayLength(horizon: trainer.horizon) {
      timing = DecayTiming(schedule, seconds: budget.seconds, firstStep: step)
    }
  }

  /// Step after which the run is finished; nil as long as time alone limits it.
  var horizon: Int? { budget.horizon(stepsPerEpoch: trainer.stepsPerEpoch) }

  /// - Returns: The exit status of a signal, or success.
  /// - Throws: `ToolError` if training diverged, or if the last attempt to write results failed; `CorpusError`, after
  ///   saving, if the text can no longer be read.
  mutating func execute() throws -> ExitStatus {
    defer { output.clear() }
    StopSignal.watch()
    writer.begin(trainer, horizon: horizon)
    // With `--steps 0`, the initial model is validated like a trained one.
    if horizon == 0, trainer.progress.step == 0, trainer.progress.lastReport == nil { trainer.beginReport() }
    if isFinished { return try endFinishedRun() }
    do {
      try train()
    } catch let error as CorpusError {
      if trainer.progress.step > 0 { save() }
      throw error
    }
    return try finish()
  }

  private mutating func train() throws {
    if trainer.progress.isReportDue { try report() }
    if trainer.progress.step == 0 { try recordFlow(gradientNorm: nil) }
    // After a skipped step, training continues past a stop condition, until a step succeeds or training diverges.
    while trainer.progress.step < trainer.horizon, !budget.isOutOfPatience(trainer.progress),
      isUndone || !stop.isReached(atStep: trainer.progress.step)
    {
      try advance()
      if isReportStep {
        let start = secondsNow()
        trainer.beginReport()
        try report()
        if isValidationStep { reportSeconds = secondsNow() - start }
      }
      beginDecayInTime()
      try checkProgress()
      if let interval = run.options.sampleInterval, trainer.progress.step % interval == 0 { showSample() }
      if isSaveDue { save() }
    }
  }

  private mutating func advance() throws {
    let start = secondsNow()
    let update = try trainer.advance()
    let now = secondsNow()
    trainingSeconds += now - start
    intervalSeconds += now - start
    try recordFlow(gradientNorm: update.gradientNorm)
    if update.isFinite { course.append(update.lossSum / Double(update.countedCharacters)) }
    output.update(status(showsUnicode:), fraction: fractionDone, at: now)
    guard !update.isFinite else { return }
    output.print(
      "step \(trainer.progress.step): loss or gradient is NaN or infinite; step skipped, "
        + "learning rate halved to \(trainer.learningRate)")
  }

  private mutating func recordFlow(gradientNorm: Double?) throws(CorpusError) {
    let step = trainer.progress.step
    guard let flowRecorder, step % flowRecorder.interval == 0 else { return }
    writer.append(try flowRecorder.measurement.flow(of: trainer.model), step: step, gradientNorm: gradientNorm)
  }

  /// Fixes the length of the run when the remaining time is just enough for the learning-rate decay.
  private mutating func beginDecayInTime() {
    guard let length = trainer.beginDecay(timedBy: &timing, secondsToEnd: reportSeconds) else { return }
    (budget.steps, budget.epochs) = (trainer.horizon, nil)
    writer.arguments = run.arguments(steps: trainer.horizon, decaySteps: length)
    // The file of the selected model stores the options of the run, and was written before the length was known.
    writer.selectedModelHasChanged()
    stop.allowForDecay()
    output.print(
      "step \(trainer.progress.step): the learning rate falls from here to the end; to reproduce "
        + "this run, give --steps \(trainer.horizon) --decay-steps \(length)")
  }

  private mutating func showSample() {
    let text = trainer.sample(length: run.options.sampleLength)
    output.show(sample: text, step: trainer.progress.step)
    writer.note(EventLog.Sample(step: trainer.progress.step, text: text))
  }
}
