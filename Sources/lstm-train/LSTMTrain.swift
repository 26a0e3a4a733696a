internal import CommandLineSupport
internal import RecurrentEngine
internal import SystemCalls
internal import ToolSupport

@main
enum LSTMTrain {
  static func main() {
    JointRun.run(trainCommand, checksOptions: false) { _, files, given, joint in
      try reportingEngineErrors(textReader: ["lstm-train", "-"]) { try run(files, given, joint) }
    }
  }

  /// Trains, with locks on the files of the run.
  private static func run(_ operands: [String], _ given: GivenOptions, _ joint: JointRun) throws -> ExitStatus {
    let typed = TrainOptions(given)
    let files = try typed.fileList.files(operands, besides: typed.training.heldOutFiles)
    let texts = files + typed.training.heldOutFiles
    try TrainingText.checkOperands(files, typed.training.heldOutFiles)
    // Its error comes before those about files beside it.
    if let path = typed.resume { try checkReadable(path) }
    let claim = typed.isDryRun || !joint.processes.isLeader ? nil : try RunClaim(typed, texts: texts)
    let status = try run(files, given, typed, joint)
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

  private static func run(
    _ files: [String], _ given: GivenOptions, _ typed: TrainOptions, _ joint: JointRun
  ) throws -> ExitStatus {
    let plan = try RunPlan(given, typed)
    let output = TrainingOutput(plan.options)
    plan.notices.forEach(output.notice)
    let threadCount = usableThreadCount(typed.threads ?? joint.defaultThreadCount, notice: output.notice)
    if !typed.isDryRun, joint.processes.isLeader { try trySaving(typed.files.best).forEach(output.notice) }

    // From here on, the processes scan and compare the text together.
    try joint.agree(on: [], isFinal: false)
    let text = try TrainingText(
      files, keeping: plan.keptVocabulary, plan.options.training, share: joint.scanShare(), output)
    let run = try ResolvedRun(plan, text, threadCount: threadCount, joint)
    trainCommand.options.notices(about: given, in: run.options).forEach(output.notice)
    try output.describe(run, text)
    let flowRecorder = try GradientFlowRecorder(run, text.corpus)
    let trainer = try run.makeTrainer(text, output, joint.processes)
    trainer.cutRecords.map { output.notice($0, run.configuration.division.records) }
    try joint.agree(on: run.conditions(of: text))
    defer { joint.isReleased = true }
    guard joint.processes.isLeader else {
      StopSignal.watch()
      return ExitStatus(rawValue: trainer.follow()) ?? .internalError
    }

    var status = try leading(trainer) {
      if run.options.isDryRun {
        try output.describeSpeed(of: trainer)
        return .ok
      }
      run.options.files.removeIncompleteFiles()
      var loop = TrainingLoop(run, trainer, try RunWriter(run, output), flowRecorder, output)
      return try loop.execute()
    }
    if status == .ok, run.options.showsBaselines {
      try output.compareWithBaselines(trainer, run, text)
      status = StopSignal.status ?? .ok
    }
    return status
  }

  /// Runs the body, in which other processes follow, and ends them with the same status.
  private static func leading(_ trainer: Trainer, _ body: () throws -> ExitStatus) throws -> ExitStatus {
    do {
      let status = try reportingEngineErrors(textReader: ["lstm-train", "-"], body)
      trainer.release(status: status.rawValue)
      return status
    } catch {
      trainer.release(status: ToolError(error, of: trainCommand.name).status.rawValue)
      throw error
    }
  }
}
