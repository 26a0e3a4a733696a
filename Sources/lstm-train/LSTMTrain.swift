internal import CommandLineSupport
internal import RecurrentEngine
internal import SystemCalls
internal import ToolSupport

@main
enum LSTMTrain {
  static func main() {
    Tool.run(trainCommand, checksOptions: false) { _, files, given in
      try reportingEngineErrors(textReader: ["lstm-train", "-"]) { try run(files, given) }
    }
  }

  /// Trains, with locks on the files of the run.
  private static func run(_ files: [String], _ given: GivenOptions) throws -> ExitStatus {
    let typed = TrainOptions(given)
    let texts = files + typed.training.heldOutFiles
    try TrainingText.checkOperands(files, typed.training.heldOutFiles)
    // Its error comes before those about files beside it.
    if let path = typed.resume { try checkReadable(path) }
    let claim = typed.isDryRun ? nil : try RunClaim(typed, texts: texts)
    let status = try run(files, given, typed)
    _ = consume claim
    return status
  }

  private static func checkReadable(_ path: String) throws(CheckpointError) {
    do throws(SystemError) {
      _ = try FileSystemCalls.system.statusOfPath(path)
    } catch {
      throw .cannotOpen(path: path, error)
    }
  }

  private static func run(_ files: [String], _ given: GivenOptions, _ typed: TrainOptions) throws -> ExitStatus {
    let plan = try RunPlan(given, typed)
    let output = TrainingOutput(plan.options)
    plan.notices.forEach(output.notice)
    let threadCount = usableThreadCount(typed.threads, notice: output.notice)
    if !typed.isDryRun { try trySaving(typed.files.best).forEach(output.notice) }

    let text = try TrainingText(files, plan.options.training, output)
    let run = try ResolvedRun(plan, text, threadCount: threadCount)
    trainCommand.options.notices(about: given, in: run.options).forEach(output.notice)
    try output.describe(run, text)
    let flowRecorder = try GradientFlowRecorder(run, text.corpus)
    let trainer = try run.makeTrainer(text, output)
    trainer.cutLines.map(output.notice)

    var status = ExitStatus.ok
    if run.options.isDryRun {
      try output.describeSpeed(of: trainer)
    } else {
      run.options.files.removeIncompleteFiles()
      var loop = TrainingLoop(run, trainer, try RunWriter(run, output), flowRecorder, output)
      status = try loop.execute()
    }
    if status == .ok, run.options.showsBaselines {
      try output.compareWithBaselines(trainer, run, text)
      status = StopSignal.status ?? .ok
    }
    return status
  }
}
