internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

let verifyCommand = CommandDefinition(
  name: "lstm-study verify",
  summary:
    "Trains a checkpoint's model again and compares every bit of it. The exit status is 0 if they are the "
    + "same, and 76 if they are not.",
  operands: "checkpoint.bin corpus.txt ...",
  version: projectVersion,
  defaults: VerifyOptions(),
  options: TrainingSettings.heldOutFileOptions.within(\.training) + [initialModel]
    + RunningOptions.options.within(\.running),
  commonOptions: ["--val-file", "--test-file", "--init-from", "--threads", "--quiet"],
  examples: [
    "lstm-study verify checkpoint.bin corpus.txt",
    "lstm-study verify --threads 1 checkpoint.bin corpus.txt",
    "lstm-study verify --quiet checkpoint.bin corpus.txt && echo reproduced",
  ]
)

/// Values of the options of a verification.
struct VerifyOptions: Sendable {
  /// Only the paths of the held-out texts are used: the other settings are in the checkpoint.
  var training = TrainingSettings()
  var initialModel: String?
  var running = RunningOptions()
}

private let initialModel = OptionDefinition<VerifyOptions>(
  "--init-from", sets: \.initialModel, as: .path, group: "Model",
  help: "checkpoint from whose weights the run began, if it was fine-tuned")

/// Trains the model of a checkpoint again, and compares it.
///
/// - Returns: The exit status of a signal, or success.
/// - Throws: `ToolError` with status `diverged` if the models differ; `UsageError`, `ToolError` and the errors of the
///   engine if the run cannot be repeated.
func runVerification(_ options: VerifyOptions, operands: [String], _ given: GivenOptions) throws -> ExitStatus {
  guard let path = operands.first, operands.count > 1 else {
    throw UsageError.operands("give a checkpoint and the text that it was trained on")
  }
  let files = Array(operands.dropFirst())
  try TrainingText.checkOperands(files, options.training.heldOutFiles)
  let output = StudyOutput(options.running)
  let stored = try StoredModel(path: path, options.training)
  // The model may have characters of the one that its run began with.
  let kept = stored.checkpoint.initialChecksum == nil ? nil : stored.checkpoint.model.vocabulary
  let text = try TrainingText(files, keeping: kept, stored.settings, output)
  var verification = try Verification(
    stored, text, initialModel: options.initialModel, threadCount: options.running.threadCount, output)
  StopSignal.watch()
  guard try verification.train() else { return StopSignal.status ?? .ok }
  output.clear()
  try OutputDescriptor.standardOutput.write(try verification.verdict() + "\n")
  return .ok
}
