internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

let overfitCommand = CommandDefinition(
  name: "lstm-study overfit",
  summary:
    "Overfits one mini-batch, a sanity check of a training setup. The exit status is 0 if the loss gets near the "
    + "minimum possible, and 76 if it does not.",
  operands: "corpus.txt ...",
  version: projectVersion,
  defaults: ModelStudyOptions(training: defaults),
  options: ModelStudyOptions.options(tableOptions),
  commonOptions: [
    "--cell", "--hidden", "--layers", "--batch-size", "--seq-length", "--steps", "--learning-rate", "--optimizer",
  ],
  lateGroups: TrainingSettings.lateGroups,
  examples: [
    "lstm-study overfit corpus.txt",
    "lstm-study overfit --cell rnn --hidden 64 corpus.txt",
    "lstm-study overfit --optimizer sgd --learning-rate 1 corpus.txt",
  ]
)

private let defaults = TrainingSettings(
  hiddenSize: 128, layerCount: 1, batchSize: 4, chunkLength: 32, steps: 2000)

private let tableOptions =
  ModelStudyOptions.fewBatchesOptions + [stepsOption]
  + (optimizerOptions + optimizationOptions.named("--clip", "--seed")).within(\.configuration)

private let stepsOption = SettingsOption(
  "--steps", sets: \.budget.steps, as: .integer(in: 0...Int(Int32.max)), group: "Training",
  help: "maximum optimizer steps",
  details:
    "Training stops when the loss is within 0.01 nats per character of the minimum possible, which is above 0 if "
    + "rows begin alike and continue differently.")

/// Trains on the first mini-batch of a text until the loss is close to the minimum.
///
/// - Returns: The exit status of a signal, or success.
/// - Throws: `ToolError` with status `diverged` if the loss stays above that.
func runOverfitting(_ options: ModelStudyOptions, files: [String], _ given: GivenOptions) throws -> ExitStatus {
  let output = StudyOutput(options.running)
  let studied = try StudiedModel(
    options, defaults: defaults, tableOptions, given, choosing: [.forgetBias, .learningRate], files: files,
    output)
  StopSignal.watch()
  var chunk = Chunk()
  try studied.streams().next(into: &chunk)
  let overfitting = Overfitting(
    chunk: chunk,
    trainer: ChunkTrainer(
      studied.model, optimizer: studied.configuration.optimizer, clip: studied.configuration.clip,
      batchSize: studied.configuration.batchSize, chunkLength: studied.configuration.chunkLength,
      threadCount: studied.threadCount),
    maximumSteps: studied.settings.budget.steps ?? 0, output: output, isQuiet: options.running.isQuiet)
  let unit = studied.configuration.unit.rawValue
  try overfitting.print(
    "one batch of \(NumberText.counted(chunk.countedCharacters, unit)); the least possible loss is "
      + "\(lossText(chunk.leastLoss)) nats per character, above 0 only if rows begin alike")
  return try overfitting.run()
}
