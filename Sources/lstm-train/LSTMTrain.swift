internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

@main
enum LSTMTrain {
  static func main() {
    Tool.run(trainCommand, checksOptions: false) { _, files, given in
      try reportingEngineErrors { try run(files, given) }
    }
  }

  private static func run(_ files: [String], _ given: GivenOptions) throws -> ExitStatus {
    let plan = try RunPlan(given, files: files)
    let output = TrainingOutput(plan.options)
    plan.notices.forEach(output.notice)

    let text = try TrainingText(files, plan.options.training, output)
    let run = try ResolvedRun(plan, text)
    output.describe(run, text)
    let flowRecorder = try GradientFlowRecorder(run, text.corpus)
    let trainer = try run.makeTrainer(text, output)

    var status = ExitStatus.ok
    if run.options.isDryRun {
      try output.describeSpeed(of: trainer)
    } else {
      status = try train(trainer, run, flowRecorder, output)
    }
    if status == .ok, run.options.showsBaselines {
      try output.compareWithBaselines(trainer, run, text)
      status = StopSignal.status ?? .ok
    }
    return status
  }

  /// Trains, with locks that keep other processes from writing the same files.
  private static func train(
    _ trainer: Trainer, _ run: ResolvedRun, _ flowRecorder: GradientFlowRecorder?, _ output: TrainingOutput
  ) throws -> ExitStatus {
    let files = run.options.files
    let eventLog = run.options.eventLog.flatMap { isSpecialFile($0) ? nil : $0 }
    let lock = try RunLock(files.best, option: "--checkpoint")
    let logLock = isSpecialFile(files.log) ? nil : try RunLock(files.log, option: "--log")
    let eventLogLock = try eventLog.map { path throws(ToolError) in try RunLock(path, option: "--json-log") }
    files.removeTemporaryFiles()
    var loop = TrainingLoop(run, trainer, try RunWriter(run, output), flowRecorder, output)
    let status = try loop.execute()
    _ = consume lock
    _ = consume logLock
    _ = consume eventLogLock
    return status
  }
}
