internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Values of the options of `lstm-study compare`.
struct CompareOptions: Sendable {
  /// The budget that is equal for all compared cells.
  enum Budget: String, CaseIterable, Sendable {
    /// Equal number of parameters and optimizer steps.
    case parameters
    /// Equal hidden size and number of optimizer steps.
    case hidden
    /// Equal number of parameters and training time.
    case time
  }

  var cells: [RecurrentCell.Kind] = [.lstm, .gru, .rnn]
  var budget = Budget.parameters
  var seedCount = 3
  var dataShares = [1.0]
  var training = TrainingSettings()
  var files = StudyFiles(name: "comparison")
  var running = RunningOptions()
}

private typealias Option = OptionDefinition<CompareOptions>

let compareCommand = CommandDefinition(
  name: "lstm-study compare",
  summary: "Compares cells at an equal parameter or time budget.",
  operands: "corpus.txt ...",
  version: projectVersion,
  defaults: CompareOptions(),
  options: comparisonOptions + comparedTrainingOptions.except("--cell").within(\.training)
    + StudyFiles.options.within(\.files) + RunningOptions.options.within(\.running),
  exclusions: TrainingSettings.exclusions,
  commonOptions: [
    "--cells", "--by", "--seeds", "--data", "--hidden", "--layers", "--epochs", "--steps", "--max-time", "--output",
    "--overwrite",
  ],
  lateGroups: TrainingSettings.lateGroups,
  examples: [
    "lstm-study compare corpus.txt",
    "lstm-study compare --cells lstm,gru --seeds 5 --steps 1000 corpus.txt",
    "lstm-study compare --by time --max-time 30s corpus.txt",
    "lstm-study compare --data 0.1,0.3,1 --steps 500 corpus.txt",
  ]
)

/// Training options that apply to all cells.
let comparedTrainingOptions =
  [TrainingSettings.presetOption] + TrainingSettings.studyLengthOptions
  + TrainingSettings.decidingOptions.except("--test-fraction")
  + TrainingSettings.heldOutFileOptions.except("--test-file")

private let comparisonOptions = [
  Option(
    "--cells", sets: \.cells, as: .list(of: .choice), group: "Comparison",
    help: "cells to compare (\(RecurrentCell.Kind.allCases.map(\.rawValue).joined(separator: ", ")))",
    details: "All cells are trained on the same mini-batches in the same number of optimizer steps, each with its own "
      + "learning rate unless one is given. A table of the best validation losses goes to standard output: mean ± "
      + "standard deviation over the seeds, least and greatest. All losses go to NAME.csv, and medians over the seeds "
      + "with bands from the least to the greatest to NAME.svg."),
  Option(
    "--by", sets: \.budget, as: .choice, group: "Comparison",
    help: "equal budget of the cells",
    details:
      "parameters: equal parameter count and steps. hidden: equal hidden size and steps. time: equal parameter "
      + "count and --max-time. The first cell has --hidden, or the size chosen for it. With parameters and time, the "
      + "others have "
      + "the hidden size whose parameter count is nearest to that of the first. With time, losses are drawn over "
      + "seconds."),
  Option(
    "--seeds", sets: \.seedCount, as: .integer(in: 1...1000), group: "Comparison",
    help: "runs of each cell with consecutive seeds"),
  Option(
    "--data", valueName: "SHARES", sets: \.dataShares, as: .list(of: .number(.above(0), .atMost(1))),
    group: "Comparison", help: "repeat with these shares of the training set, such as 0.1,0.3,1",
    details:
      "A share is the beginning of the training set, or a random part of its lines. The validation set, the sizes "
      + "and the number of steps stay the same. NAME.data.svg plots the loss over the number of training characters."),
]

/// Compares cells, and prints a summary.
func runComparison(_ options: CompareOptions, files: [String], _ given: GivenOptions) throws -> ExitStatus {
  try options.check(given)
  let settings = try Contender.settings(of: options.cells, given)
  try TrainingText.checkOperands(files, options.training.heldOutFiles)
  try options.files.check(texts: files + options.training.heldOutFiles)
  try checkMemory(settings[0].configuration, vocabularySize: nil)
  let output = StudyOutput(options.running)
  let text = try TrainingText(files, settings[0], output)
  var comparison = try Comparison(options, settings, given, text, output)
  comparedTrainingOptions.notices(about: given, inAll: comparison.contenders.map(\.settings)).forEach(output.notice)
  for contender in comparison.contenders {
    output.describe(settings: contender.arguments, contender.settings, of: text)
    output.describe(
      contender.settings.configuration, vocabularySize: text.corpus.vocabulary.count, memory: contender.memory)
  }
  return try comparison.perform(options.files)
}

extension CompareOptions {
  /// Checks options against each other.
  ///
  /// - Throws: `UsageError.conflict` if they contradict each other.
  fileprivate func check(_ given: GivenOptions) throws(UsageError) {
    if let twice = cells.first(where: { cell in cells.count { $0 == cell } > 1 }) {
      throw .conflict("--cells names \(twice.rawValue) twice; give each cell once")
    }
    guard budget == .time else {
      guard training.budget.seconds == nil else {
        throw .conflict("--max-time allows each cell another number of steps; give --by time, or --steps")
      }
      return
    }
    guard training.budget.seconds != nil else {
      throw .conflict("--by time gives each run the same time; set it by --max-time")
    }
    if let length = ["--steps", "--epochs"].first(where: given.contains) {
      throw .conflict("--by time gives each run the same time, not the same number of steps; leave out \(length)")
    }
  }
}
