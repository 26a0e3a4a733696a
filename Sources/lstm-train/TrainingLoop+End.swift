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
    writer.save(trainer)
    lastSave = secondsNow()
  }

  /// - Throws: `ToolError` with status `diverged` if many steps in a row were skipped.
  func checkProgress() throws(ToolError) {
    let progress = trainer.progress
    guard progress.undoneInARow < Trainer.maximumSkippedSteps else {
      throw divergence("loss or gradient was NaN or infinite in \(progress.undoneInARow) steps in a row")
    }
  }

  private func divergence(_ reason: String) -> ToolError {
    ToolError(
      .diverged,
      "training diverged at step \(trainer.progress.step): \(reason); start again with a lower "
        + "--learning-rate or --clip")
  }

  var isFinished: Bool {
    let progress = trainer.progress
    return (progress.step >= trainer.horizon && !progress.isReportDue) || budget.isOutOfPatience(progress)
  }

  private var stepsText: String {
    String(trainer.progress.step) + (horizon.map { " of \($0)" } ?? "")
  }

  /// Ends an already finished run. Writes the selected model, which a killed process may have left out.
  mutating func endFinishedRun() throws -> ExitStatus {
    writer.finish(trainer)
    if let failure = writer.failure { throw failure }
    let steps =
      NumberText.plain(trainer.progress.step, "step") + (horizon.map { " of \($0)" } ?? "")
    let limit = budget.isOutOfPatience(trainer.progress) ? "--patience" : "--steps or --epochs"
    output.print("this run is finished: \(steps); give a larger \(limit) to continue")
    return .ok
  }

  /// Writes all pending results, and prints a summary.
  mutating func finish() throws -> ExitStatus {
    guard trainer.hasFiniteParameters else { throw divergence("the weights are NaN or infinite") }
    writer.finish(trainer)
    let testLoss = isFinished ? try trainer.testLoss { StopSignal.status != nil } : nil
    writer.note(
      EventLog.End(
        step: trainer.progress.step, finished: isFinished, bestValLoss: trainer.progress.best?.loss,
        bestStep: trainer.progress.best?.step, testLoss: finite(testLoss)))
    if let failure = writer.failure { throw failure }
    output.clear()
    guard isFinished else {
      output.print("stopped after step \(stepsText); continue with --resume \(run.options.files.last)")
      return StopSignal.status ?? .ok
    }
    if budget.isOutOfPatience(trainer.progress), trainer.progress.step < trainer.horizon {
      output.print(
        "ended after step \(stepsText): no better validation loss for "
          + NumberText.plain(budget.patience ?? 0, "validation"))
    }
    try output.conclude(trainer, testLoss: testLoss, run.options)
    return .ok
  }
}
