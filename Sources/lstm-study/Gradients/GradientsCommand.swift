internal import CommandLineSupport
internal import GradientChecking
internal import RecurrentEngine
internal import ToolSupport

let gradientsCommand = CommandDefinition(
  name: "lstm-study gradients",
  summary:
    "Compares gradients with a double-precision reference. Finite differences check the reference. Without a corpus "
    + "the text is "
    + "random characters. The exit status is 0 if the check passes, and 76 if it fails.",
  operands: "[corpus.txt ...]",
  version: projectVersion,
  defaults: ModelStudyOptions(training: defaults),
  options: ModelStudyOptions.options(tableOptions),
  commonOptions: [
    "--cell", "--hidden", "--layers", "--batch-size", "--seq-length", "--connection", "--layer-norm", "--init-from",
  ],
  lateGroups: TrainingSettings.lateGroups,
  examples: [
    "lstm-study gradients",
    "lstm-study gradients --cell gru --hidden 5",
    "lstm-study gradients --layers 3 --connection highway corpus.txt",
  ]
)

private let defaults = TrainingSettings(hiddenSize: 10, layerCount: 2, batchSize: 3, chunkLength: 8)

private let tableOptions =
  ModelStudyOptions.fewBatchesOptions + optimizationOptions.named("--seed").within(\.configuration)

/// Compares the gradients of the engine with those of the double-precision reference, and those of the reference with
/// finite differences of its loss, and prints a report.
///
/// - Returns: The exit status of a signal, or success.
/// - Throws: `ToolError` with status `diverged` if the gradients do not agree.
func runGradientCheck(_ options: ModelStudyOptions, files: [String], _ given: GivenOptions) throws -> ExitStatus {
  let output = StudyOutput(options.running)
  let isGenerated = files.isEmpty
  let studied = try StudiedModel(
    options, defaults: defaults, tableOptions, given, choosing: [.forgetBias],
    files: isGenerated ? ["random characters"] : files, from: isGenerated ? [.randomText] : nil, output)
  StopSignal.watch()
  let streams = try studied.streams()
  var chunks = [Chunk(), Chunk()]
  try streams.next(into: &chunks[0])
  try streams.next(into: &chunks[1])
  // A text of one mini-batch has no carried state to check.
  if chunks[1].isFirstOfEpoch { chunks.removeLast() }
  let engine = try EngineGradients(of: studied.model, on: chunks, threadCount: studied.threadCount)
  let check = GradientCheck(engine, seed: studied.configuration.initialization.seed) { fraction in
    output.update("checking gradients", fraction: fraction)
    return StopSignal.status == nil
  }
  output.clear()
  if let status = StopSignal.status { return status }
  let report = GradientReport(check)
  if !options.running.isQuiet {
    try OutputDescriptor.standardOutput.write(report.lines.map { $0 + "\n" }.joined())
  }
  if let failure = report.failure { throw ToolError(.diverged, failure) }
  return .ok
}
