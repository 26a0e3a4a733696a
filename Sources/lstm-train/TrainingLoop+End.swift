internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

extension TrainingLoop {
  var isSaveDue: Bool {
    guard writer.savedStep != trainer.progress.step else { return false }
    return switch run.options.checkpointInterval {
    case .steps(let count): trainer.progress.step % count == 0
    case .seconds(let seconds): secondsNow() - lastSave >= seconds
    }
  }

  mutating func save() {
    // After a NaN or infinite loss, the parameters may be useless; the earlier checkpoint is kept.
    guard !isUndone, trainer.hasFiniteParameters else { return }
    writer.save(trainer, record)
    lastSave = secondsNow()
  }

  /// The record of the run for the training state.
  var record: RunRecord {
    guard let limit = run.timeLimit, !isFinished else {
      return RunRecord(arguments: run.arguments)
    }
    var settings = TrainingSettings()
    settings.budget.seconds = limit
    return RunRecord(
      arguments: run.arguments
        + TrainingSettings.lengthOptions.named("--max-time").flatMap { $0.arguments(for: settings) },
      secondsSpent: Int((secondsSpentBefore + timeLimit.secondsSpent).rounded()))
  }

  /// - Throws: `ToolError` with status `diverged` if too many steps were skipped.
  mutating func checkProgress() throws(ToolError) {
    guard trainer.hasDiverged else { return }
    let count = trainer.progress.undoneInARow
    throw divergence(
      "loss or gradient was NaN or infinite "
        + (count > 2
          ? "in \(count) steps in a row" : "again after \((trainer.progress.restartCount ?? 1) - 1) restarts"))
  }

  private mutating func divergence(_ reason: String) -> ToolError {
    writer.note(
      EventLog.End(
        step: trainer.progress.step, finished: false, diverged: true, bestValLoss: trainer.progress.best?.loss,
        bestStep: trainer.progress.best?.step, testLoss: nil))
    return ToolError(
      .diverged,
      "training diverged at step \(trainer.progress.step): \(reason); start again with a lower "
        + "--learning-rate or --clip")
  }

  var isFinished: Bool {
    let progress = trainer.progress
    return (trainer.isAtHorizon && !progress.isReportDue) || budget.isOutOfPatience(progress)
  }

  private var stepsText: String {
    String(trainer.progress.step) + (trainer.horizon.map { " of \($0)" } ?? "")
  }

  /// Ends an already finished run. Writes the selected model, which a killed process may have left out.
  mutating func endFinishedRun() throws -> ExitStatus {
    writer.finish(trainer, record)
    if let failure = writer.failure { throw failure }
    let steps =
      NumberText.plain(trainer.progress.step, "step") + (trainer.horizon.map { " of \($0)" } ?? "")
    let remedy =
      budget.isOutOfPatience(trainer.progress)
      ? "a larger --patience"
      : "--epochs above \(NumberText.shortest(trainer.epoch.rounded(.up))) or --steps above \(trainer.progress.step)"
    output.print("model: \(run.options.checkpoint)")
    output.print("this run is finished: \(steps); to train longer, give \(remedy)")
    return .ok
  }

  /// Writes all pending results, and prints a summary.
  mutating func finish() throws -> ExitStatus {
    guard trainer.hasFiniteParameters else { throw divergence("the weights are NaN or infinite") }
    writer.finish(trainer, record)
    let testLoss = isFinished || isCutShort ? try trainer.testLoss { StopSignal.status != nil } : nil
    writer.note(
      EventLog.End(
        step: trainer.progress.step, finished: isFinished, bestValLoss: trainer.progress.best?.loss,
        bestStep: trainer.progress.best?.step, testLoss: finite(testLoss)))
    if let failure = writer.failure { throw failure }
    output.clear()
    if !isFinished, StopSignal.status == nil, isCutShort || timeLimit.interruptsRun {
      try output.conclude(trainer, testLoss: testLoss, run.options)
      if isCutShort {
        let percentage = NumberText.fixed(100 * trainer.scheduleFactor, decimals: 0)
        output.notice(
          "the time was over before the end of the learning-rate decay; the rate was still at \(percentage)%")
      }
    }
    guard isFinished else {
      output.print(
        "saved and stopped after step \(stepsText); continue with",
        command: run.resumingCommand(seconds: secondsToResume), files: run.files)
      return StopSignal.status ?? .ok
    }
    if budget.isOutOfPatience(trainer.progress), !trainer.isAtHorizon {
      output.print(
        "ended after step \(stepsText): no better validation loss for "
          + NumberText.plain(budget.patience ?? 0, "validation"))
    }
    try output.conclude(trainer, testLoss: testLoss, run.options)
    return .ok
  }

  /// The time limit of the next process: as much again if the time is over. Nil if the training state has the limit or
  /// the length.
  private var secondsToResume: Double? {
    guard let limit = run.timeLimit, !timeLimit.isSettled, timeLimit.secondsLeft <= 0 else { return nil }
    return max(1, limit - secondsSpentBefore).rounded(.up)
  }
}
