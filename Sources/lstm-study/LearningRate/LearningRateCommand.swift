internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Values of the options of `lstm-study learning-rate`.
struct LearningRateOptions: Sendable {
  var study = ModelStudyOptions()
  var firstRate: Double?
}

private typealias Option = OptionDefinition<LearningRateOptions>

let learningRateCommand = CommandDefinition(
  name: "lstm-study learning-rate",
  summary: "Finds a good learning rate by a range test.",
  operands: "corpus.txt ...",
  version: projectVersion,
  defaults: LearningRateOptions(),
  options: [
    Option(
      "--from", sets: \.firstRate, as: .number(.atLeast(1e-30), .atMost(1e30)),
      absentMeans: "0.00001, for sgd 0.001", group: "Range test", help: "learning rate of the first step",
      details: "A range test (Smith 2015): in up to 151 optimizer steps the learning rate rises to 100,000 times the "
        + "first one, or until the loss is four times its least value. The plot and --learning-rate X go to standard "
        + "output; with --quiet it is the number alone. Model, optimizer, batches and text should be those of the run "
        + "that the rate is for.")
  ]
    + ModelStudyOptions.options(tableOptions).within(\.study),
  exclusions: TrainingSettings.exclusions,
  commonOptions: [
    "--from", "--cell", "--hidden", "--layers", "--batch-size", "--seq-length", "--optimizer", "--quiet",
  ],
  lateGroups: TrainingSettings.lateGroups,
  examples: [
    "lstm-study learning-rate corpus.txt",
    "lstm-study learning-rate --cell gru --hidden 64 --quiet corpus.txt",
    "lstm-study learning-rate --optimizer sgd --from 0.01 corpus.txt",
  ]
)

/// Options that affect settings, mini-batches and gradients.
private let tableOptions =
  [TrainingSettings.presetOption] + TrainingSettings.studyLengthOptions
  + TrainingSettings.decidingOptions.except(
    "--learning-rate", "--schedule", "--warmup", "--decay-rate", "--decay-every", "--decay-after", "--decay-steps",
    "--average", "--val-every", "--log-every")
  + TrainingSettings.heldOutFileOptions.except("--test-file")

/// Prints the learning rate that a range test recommends.
///
/// - Throws: `ToolError` with status `diverged` if the loss does not fall at any rate.
func runLearningRateSearch(
  _ options: LearningRateOptions, files: [String], _ given: GivenOptions
) throws -> ExitStatus {
  let output = StudyOutput(options.study.running)
  let studied = try StudiedModel(
    options.study, defaults: TrainingSettings(), tableOptions, given, choosing: Set(TrainingSetting.allCases),
    files: files, output)
  let trainer = try Trainer(
    corpus: studied.text.corpus, split: studied.split, configuration: studied.configuration, model: studied.model,
    threadCount: studied.threadCount)
  StopSignal.watch()
  var search = LearningRateSearch(studied.configuration.optimizer.kind, first: options.firstRate)
  while !search.isFinished {
    if let status = StopSignal.status { return status }
    let update = try trainer.advance(learningRate: search.nextRate)
    let loss = update.isFinite ? update.lossSum / Double(update.countedCharacters) : .infinity
    search.append(loss)
    output.update("learning rate \(rateText(search.nextRate))  loss \(lossText(loss))", fraction: search.fraction)
  }
  output.clear()
  guard let recommendation = search.recommendation else {
    throw ToolError(
      .diverged,
      "the loss does not fall at any learning rate from \(rateText(search.first)) up; try another --from, or a higher "
        + "--batch-size")
  }
  try print(recommendation, of: search, isQuiet: options.study.running.isQuiet)
  return .ok
}

private func print(_ recommendation: Double, of search: LearningRateSearch, isQuiet: Bool) throws {
  let standardOutput = OutputDescriptor.standardOutput
  if isQuiet { return try standardOutput.write(rateText(recommendation) + "\n") }
  let plot = LearningRatePlot(search: search, recommendation: recommendation)
  let lines = plot.lines(columns: min(standardOutput.columnCount, 80), showsUnicode: standardOutput.showsUnicode)
  try standardOutput.write((lines + ["", "--learning-rate \(rateText(recommendation))", ""]).joined(separator: "\n"))
}
