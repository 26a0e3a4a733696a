internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Runs a trainer to its end or until it is stopped, and has its results written.
struct TrainingLoop {
  private var options: TrainOptions
  private let trainer: Trainer
  private let output: TrainingOutput
  private var horizon: Int
  private var stop: StopCondition
  /// Until the learning rate begins to fall.
  private var budget: TimeBudget?
  private var writer: any RunRecorder
  private let flowRecorder: GradientFlowRecorder?
  /// Seconds of training, validation and saving left out.
  private var trainingSeconds: Double
  /// Those of them since the last row of the loss curve.
  private var intervalSeconds = 0.0
  private var lastSave = secondsNow()
  /// What the last validation took, saving included.
  private var reportSeconds = 0.0
  private var lastValidationLoss: Double?
  private var course = Sparkline()

  /// So many steps in a row are undone before training is given up.
  private static let mostUndone = 8

  init(
    _ options: TrainOptions, _ trainer: Trainer, horizon: Int, _ writer: any RunRecorder, _ output: TrainingOutput,
    flowRecorder: GradientFlowRecorder? = nil
  ) {
    self.options = options
    self.trainer = trainer
    self.horizon = horizon
    self.writer = writer
    self.output = output
    self.flowRecorder = flowRecorder
    trainingSeconds = writer.seconds
    stop = StopCondition(options, firstStep: trainer.progress.step)
    lastValidationLoss = trainer.progress.best?.loss
    trainer.horizon = horizon
    let decay = trainer.configuration.schedule.decayLength(horizon: horizon)
    if trainer.progress.step < horizon - decay { budget = TimeBudget(options, firstStep: trainer.progress.step) }
  }

  /// - Returns: The status that a signal asks for, else success.
  /// - Throws: `ToolError` if training diverged, or if what was to be written last could not be; `CorpusError`, after
  ///   saving, if the text cannot be read any more.
  mutating func run() throws -> ExitStatus {
    defer { output.clear() }
    StopSignal.watch()
    writer.begin(trainer, horizon: horizon)
    // What a model is before it learns is measured like what it becomes.
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
    // Where nothing was learned it may be that nothing ever will be, and that is found out before the end.
    while trainer.progress.step < horizon, !isOutOfPatience, isUndone || !stop.isReached(atStep: trainer.progress.step)
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
      if let interval = options.sampleInterval, trainer.progress.step % interval == 0 { showSample() }
      if isSaveDue { save() }
    }
  }

  /// Fixes the length of the run when the time that is left is just enough for the decay of its learning rate.
  private mutating func beginDecayInTime() {
    let step = trainer.progress.step
    guard let length = budget?.decayLength(atStep: step, secondsToEnd: reportSeconds) else { return }
    budget = nil
    guard length < horizon - step else { return }
    trainer.decay(over: length)
    horizon = step + length
    options.fixLength(steps: horizon, decaySteps: length)
    writer.arguments = RunPlan.arguments(for: options)
    // Its file says how it was trained, and was written before the length was known.
    writer.selectedModelHasChanged()
    stop.allowForDecay()
    output.print(
      "step \(NumberText.grouped(step)): the learning rate falls from here to the end; the same run without a clock is "
        + "--steps \(horizon) --decay-steps \(length)")
  }

  // MARK: A step

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
      "step \(NumberText.grouped(trainer.progress.step)): loss or gradient is no finite number; undone, and the learning "
        + "rate halved to \(trainer.learningRate)")
  }

  private mutating func recordFlow(gradientNorm: Double?) throws(CorpusError) {
    let step = trainer.progress.step
    guard let flowRecorder, step % flowRecorder.interval == 0 else { return }
    writer.append(try flowRecorder.measurement.flow(of: trainer.model), step: step, gradientNorm: gradientNorm)
  }

  private func checkProgress() throws(ToolError) {
    let progress = trainer.progress
    guard progress.undoneInARow < Self.mostUndone else {
      throw divergence("loss or gradient was no finite number \(progress.undoneInARow) times in a row")
    }
  }

  private func divergence(_ reason: String) -> ToolError {
    ToolError(
      .diverged,
      "training diverged at step \(NumberText.grouped(trainer.progress.step)): \(reason); start again with a lower "
        + "--learning-rate or --clip")
  }

  // MARK: Loss curve and validation

  private var isReportStep: Bool {
    isValidationStep || isUndone || trainer.progress.step % options.logInterval == 0
  }

  /// Whether nothing was learned in the last step.
  private var isUndone: Bool { trainer.progress.undoneInARow > 0 }

  private var isValidationStep: Bool {
    trainer.progress.step == horizon
      || trainer.progress.step % (options.validationInterval ?? trainer.stepsPerEpoch) == 0
  }

  /// Whether there were so many validations after the best one that no better is hoped for.
  private var isOutOfPatience: Bool {
    guard let patience = options.patience, !trainer.progress.isReportDue else { return false }
    return trainer.progress.validationsSinceBest >= patience
  }

  private var isFinished: Bool {
    (trainer.progress.step >= horizon && !trainer.progress.isReportDue) || isOutOfPatience
  }

  /// Does what is due after a step, unless a signal comes in between; then it stays due.
  private mutating func report() throws {
    let previousBest = trainer.progress.best
    let validationLoss = isValidationStep ? try trainer.validate { StopSignal.status != nil } : nil
    if isValidationStep, trainer.canValidate, validationLoss == nil { return }
    if let validationLoss { lastValidationLoss = validationLoss }
    let isBest = trainer.progress.best != previousBest
    let loss = trainer.progress.interval.loss
    let rate = intervalSeconds > 0 ? Double(trainer.progress.interval.characters) / intervalSeconds : nil
    appendRow(event: isUndone ? "undone" : isBest ? "best" : "", validationLoss: validationLoss)
    trainer.endReport()
    guard isValidationStep else { return }
    // Without held-out text, the same steps are reported.
    let parts = [
      loss.map { "train \(NumberText.fixed($0, decimals: 4))" },
      validationLoss.map { "val \(NumberText.fixed($0, decimals: 4))\(isBest ? " (best)" : "")" },
      rate.map { NumberText.rate($0, unit: "characters") },
    ]
    output.print(
      "epoch \(NumberText.fixed(trainer.epoch, decimals: 2)), step \(NumberText.grouped(trainer.progress.step)): "
        + parts.compactMap(\.self).joined(separator: ", "))
    if isBest { writer.selectedModelHasChanged() }
    writer.draw()
    save()
  }

  private mutating func appendRow(event: String, validationLoss: Double?) {
    let progress = trainer.progress
    writer.append(
      LossCurve.Row(
        step: progress.step, epoch: trainer.epoch, characters: progress.characterCount, seconds: trainingSeconds,
        learningRate: trainer.learningRate, trainingLoss: progress.interval.loss, validationLoss: validationLoss,
        gradientNorm: progress.interval.largestGradientNorm,
        charactersPerSecond: intervalSeconds > 0 ? Double(progress.interval.characters) / intervalSeconds : nil,
        event: event))
    intervalSeconds = 0
  }

  // MARK: Saving

  private var isSaveDue: Bool {
    guard writer.savedStep != trainer.progress.step else { return false }
    return switch options.checkpointInterval {
    case .steps(let count): trainer.progress.step % count == 0
    case .seconds(let seconds): secondsNow() - lastSave >= seconds
    }
  }

  private mutating func save() {
    // Where the loss is no number, the parameters may be of no use; what was saved before them is.
    guard !isUndone, trainer.hasFiniteParameters else { return }
    writer.save(trainer)
    lastSave = secondsNow()
  }

  /// The selected model may have been lost with the process that saved its state.
  private mutating func endFinishedRun() throws -> ExitStatus {
    writer.finish(trainer)
    if let failure = writer.failure { throw failure }
    output.print(
      "this run is finished: \(NumberText.counted(trainer.progress.step, "step")) of \(NumberText.grouped(horizon)); "
        + "a larger \(isOutOfPatience ? "--patience" : "--steps or --epochs") goes on")
    return .ok
  }

  private mutating func finish() throws -> ExitStatus {
    guard trainer.hasFiniteParameters else { throw divergence("the weights are no finite numbers any more") }
    writer.finish(trainer)
    let testLoss = isFinished ? try trainer.testLoss { StopSignal.status != nil } : nil
    writer.note(
      EventLog.End(
        step: trainer.progress.step, finished: isFinished, bestValLoss: trainer.progress.best?.loss,
        bestStep: trainer.progress.best?.step, testLoss: finite(testLoss)))
    if let failure = writer.failure { throw failure }
    output.clear()
    if isFinished {
      if isOutOfPatience, trainer.progress.step < horizon {
        output.print(
          "ended after step \(NumberText.grouped(trainer.progress.step)) of \(NumberText.grouped(horizon)): no better "
            + "validation loss for \(NumberText.counted(options.patience ?? 0, "validation"))")
      }
      try output.conclude(trainer, testLoss: testLoss, options)
      return .ok
    }
    if options.keepsModel {
      output.print(
        "stopped after step \(NumberText.grouped(trainer.progress.step)) of \(NumberText.grouped(horizon)); go on with "
          + "--resume \(RunFiles(checkpoint: options.checkpoint, log: options.log).last)")
    }
    return StopSignal.status ?? .ok
  }

  private var fractionDone: Double {
    max(Double(trainer.progress.step) / Double(horizon), budget?.fractionSpent ?? 0)
  }

  private func status(showsUnicode: Bool) -> StatusLine {
    let progress = trainer.progress
    return TrainingStatus(
      trainingLoss: progress.interval.loss, validationLoss: lastValidationLoss, epoch: trainer.epoch,
      epochCount: options.epochs,
      charactersPerSecond: Double(progress.interval.characters) / max(intervalSeconds, 1e-9),
      secondsLeft: min(
        trainingSeconds / Double(progress.step) * Double(horizon - progress.step), budget?.secondsLeft ?? .infinity),
      course: course
    ).line(showsUnicode: showsUnicode)
  }

  private mutating func showSample() {
    let text = trainer.sample(length: options.sampleLength)
    output.show(sample: text, step: trainer.progress.step)
    writer.note(EventLog.Sample(step: trainer.progress.step, text: text))
  }
}
