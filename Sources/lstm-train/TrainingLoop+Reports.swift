internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

extension TrainingLoop {
  var isReportStep: Bool {
    isValidationStep || isUndone || trainer.progress.step % run.options.training.logInterval == 0
  }

  /// Whether the last step was skipped.
  var isUndone: Bool { trainer.progress.undoneInARow > 0 }

  var isValidationStep: Bool {
    trainer.isAtHorizon || isCutShort || trainer.progress.step % validationInterval == 0
  }

  var validationInterval: Int { run.options.training.validationInterval ?? trainer.stepsPerEpoch }

  /// Validates, adds a row to the loss curve, and saves, as due. After a signal during validation, all remain due.
  mutating func report() throws {
    let previousBest = trainer.progress.best
    let validationLoss = isValidationStep ? try trainer.validate { StopSignal.status != nil } : nil
    if isValidationStep, trainer.canValidate, validationLoss == nil { return }
    if let validationLoss { lastValidationLoss = validationLoss }
    let isBest = trainer.progress.best != previousBest
    let loss = trainer.progress.interval.loss
    let rate = charactersPerSecond
    appendRow(event: isUndone ? "undone" : isBest ? "best" : "", validationLoss: validationLoss)
    trainer.endReport()
    guard isValidationStep else { return }
    // Without held-out text, reports are printed at the same steps.
    let parts = [
      loss.map { "train \(NumberText.fixed($0, decimals: 4))" },
      validationLoss.map { "val \(NumberText.fixed($0, decimals: 4))\(isBest ? " (best)" : "")" },
      rate.map { NumberText.rate($0, unit: "characters") },
    ]
    if reportQuota.take(at: secondsNow()) || isFinished || isCutShort {
      output.print(
        "epoch \(NumberText.fixed(trainer.epoch, decimals: 2)), step \(trainer.progress.step): "
          + parts.compactMap(\.self).joined(separator: ", "))
    }
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
        gradientNorm: progress.interval.largestGradientNorm, charactersPerSecond: charactersPerSecond, event: event))
    interval = (0, 0)
  }

  /// Throughput of this process since the last row of the loss curve; nil before the first step.
  private var charactersPerSecond: Double? {
    let characters = trainer.progress.interval.characters - interval.earlierCharacters
    return interval.seconds > 0 ? Double(characters) / interval.seconds : nil
  }

  var fractionDone: Double {
    max(trainer.horizon.map { Double(trainer.progress.step) / Double($0) } ?? 0, timeLimit.fractionSpent)
  }

  func status(showsUnicode: Bool) -> StatusLine {
    let progress = trainer.progress
    let secondsPerStep = (trainingSeconds - first.seconds) / Double(progress.step - first.step)
    let secondsToHorizon = trainer.horizon.map { secondsPerStep * Double($0 - progress.step) }
    return TrainingStatus(
      trainingLoss: progress.interval.loss, validationLoss: lastValidationLoss, epoch: trainer.epoch,
      epochCount: budget.epochs, charactersPerSecond: charactersPerSecond ?? 0,
      secondsLeft: min(secondsToHorizon ?? .infinity, timeLimit.secondsLeft), course: course
    ).line(showsUnicode: showsUnicode)
  }
}
