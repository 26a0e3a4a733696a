internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// The loop that trains until a run ends or is stopped, and writes its results.
struct TrainingLoop {
  private(set) var run: ResolvedRun
  let trainer: Trainer
  let output: TrainingOutput
  var writer: RunWriter
  var timeLimit: TimeLimit
  /// Whether the time limit ends the run although its learning rate has not fallen to its end.
  private(set) var isCutShort = false
  private let stop: StopCondition
  private let flowRecorder: GradientFlowRecorder?
  /// Training time in seconds, without validation and saving.
  var trainingSeconds: Double
  /// Training time in seconds, and step, at the start of this process.
  let first: (seconds: Double, step: Int)
  /// Time that earlier processes have taken of a time limit.
  let secondsSpentBefore: Double
  /// Training time, and characters trained on before it, since the last row of the loss curve.
  var interval = (seconds: 0.0, earlierCharacters: 0)
  var lastSave = secondsNow()
  /// Duration of the last validation and saving, in seconds.
  private var reportSeconds = 0.0
  var lastValidationLoss: Double?
  var course = Sparkline()
  var reportQuota = LineQuota()

  init(
    _ run: ResolvedRun, _ trainer: Trainer, _ writer: RunWriter, _ flowRecorder: GradientFlowRecorder?,
    _ output: TrainingOutput
  ) {
    self.run = run
    self.trainer = trainer
    self.writer = writer
    self.flowRecorder = flowRecorder
    self.output = output
    let progress = trainer.progress
    trainer.horizon = run.options.training.budget.horizon(stepsPerEpoch: trainer.stepsPerEpoch)
    if let earlier = run.plan.earlierBudget {
      trainer.recordLengthChange(from: earlier.horizon(stepsPerEpoch: trainer.stepsPerEpoch))
    }
    // The steps after the last row of the loss curve took as long as those before it.
    let reportedStep = progress.lastReport?.step ?? 0
    trainingSeconds = reportedStep > 0 ? writer.seconds * Double(progress.step) / Double(reportedStep) : 0
    secondsSpentBefore = run.secondsSpentBefore
    var left = run.timeLimit.map { [secondsSpentBefore] in $0 - secondsSpentBefore }
    // If the time is over, another limit ends the run, or a last step.
    if let seconds = left, seconds <= 0 { left = trainer.horizon == nil ? 1 : nil }
    timeLimit = TimeLimit(left, of: trainer, continues: run.plan.continuesTimeLimit)
    first = (trainingSeconds, progress.step)
    stop = StopCondition(stopAfter: run.options.stopAfter, firstStep: progress.step)
    interval.earlierCharacters = progress.interval.characters
    lastValidationLoss = progress.best?.loss
  }

  var budget: TrainingBudget { run.options.training.budget }

  /// - Returns: The exit status of a signal, or success.
  /// - Throws: `ToolError` if training diverged, or if the last attempt to write results failed; `CorpusError`, after
  ///   saving, if the text can no longer be read.
  mutating func execute() throws -> ExitStatus {
    defer { output.clear() }
    StopSignal.watch()
    if timeLimit.decidesFirst(trainer) { reportSeconds = writer.secondsToSave(trainer) }
    try fixLengthInTime()
    writer.begin(trainer, arguments: record.arguments)
    // With `--steps 0`, the initial model is validated like a trained one.
    if trainer.horizon == 0, trainer.progress.step == 0, trainer.progress.lastReport == nil { trainer.beginReport() }
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
    while !trainer.isAtHorizon, !budget.isOutOfPatience(trainer.progress), !isCutShort,
      isUndone || !(stop.isReached(atStep: trainer.progress.step) || timeLimit.interruptsRun)
        || !trainer.hasFiniteParameters
    {
      try advance()
      try fixLengthInTime()
      if isReportStep {
        let start = secondsNow()
        trainer.beginReport()
        try report()
        if isValidationStep { reportSeconds = secondsNow() - start }
      }
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
    interval.seconds += now - start
    try recordFlow(gradientNorm: update.gradientNorm)
    if update.isFinite { course.append(update.lossSum / Double(update.countedCharacters)) }
    output.update(status(showsUnicode:), fraction: fractionDone, at: now)
    guard !update.isFinite else { return }
    let base = trainer.progress.best.map { "those of step \($0.step)" } ?? "the initial ones"
    output.print(
      "step \(trainer.progress.step): loss or gradient is NaN or infinite; step skipped, "
        + (trainer.hasRestarted ? "weights set back to \(base), " : "")
        + "learning rate halved to \(NumberText.shortest(trainer.learningRate))")
  }

  private mutating func recordFlow(gradientNorm: Double?) throws(CorpusError) {
    let step = trainer.progress.step
    guard let flowRecorder, step % flowRecorder.interval == 0 else { return }
    writer.append(try flowRecorder.measurement.flow(of: trainer.model), step: step, gradientNorm: gradientNorm)
  }

  /// Fixes the length of a run with a time limit so that its learning rate falls in time, or ends it.
  private mutating func fixLengthInTime() throws(CorpusError) {
    let isFixed = try timeLimit.fixLength(
      of: trainer, validationInterval: validationInterval, secondsToEnd: reportSeconds)
    isCutShort = timeLimit.cutsShort(trainer)
    guard isFixed, let steps = trainer.horizon else { return }
    let schedule = trainer.configuration.schedule
    run.fixLength(steps: steps, decaySteps: schedule.kind == .wsd ? schedule.decaySteps : nil)
    // The file of the selected model stores the options of the run, and was written before the length was known.
    writer.selectedModelHasChanged()
    let reason =
      switch schedule.kind {
      case .wsd: "the learning rate decays until step \(steps), the end of the run"
      case .cosine, .linear: "\(NumberText.plain(steps, "step")) fit into the time"
      case .constant, .step, .plateau: "the time is over"
      }
    // No single command repeats a run of several lengths.
    guard trainer.progress.lengthChangeStep == nil else {
      return output.print("step \(trainer.progress.step): \(reason)")
    }
    output.print(
      "step \(trainer.progress.step): \(reason); to reproduce this run",
      command: run.command + (run.options.initialModel == nil ? initialModelArguments(trainer.initialChecksum) : []),
      files: run.files)
  }

  private mutating func showSample() {
    let text = trainer.sample(length: run.options.sampleLength)
    output.show(sample: text, step: trainer.progress.step)
    writer.note(EventLog.Sample(step: trainer.progress.step, text: text))
  }
}
