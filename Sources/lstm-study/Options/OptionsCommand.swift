internal import CommandLineSupport
internal import ToolSupport

/// Values of the options of `lstm-study options`.
struct OptionsStudyOptions: Sendable {
  var variants: [TrainingVariant] = []
  var rates = [0.001, 0.002, 0.004]
  var seedCount = 3
  var lists = false
  var collects = false
  var training = TrainingSettings()
  var files = StudyFiles(name: "options")
  var running = RunningOptions()
}

private typealias Option = OptionDefinition<OptionsStudyOptions>

let optionsCommand = CommandDefinition(
  name: "lstm-study options",
  summary: "Compares training options, each at its best learning rate.",
  operands: "corpus.txt ...",
  version: projectVersion,
  defaults: OptionsStudyOptions(),
  options: studyOptions + OptionsStudyOptions.commonOptions.within(\.training) + StudyFiles.options.within(\.files)
    + RunningOptions.options.within(\.running),
  exclusions: TrainingSettings.exclusions + [
    OptionExclusion("--list", "--collect", "print different things")
  ],
  commonOptions: [
    "--variants", "--rates", "--seeds", "--list", "--collect", "--cell", "--hidden", "--layers", "--epochs", "--steps",
    "--output",
  ],
  lateGroups: TrainingSettings.lateGroups,
  examples: [
    "lstm-study options --variants '--clip 1; --clip 5' corpus.txt",
    "lstm-study options --variants '; --layer-norm; --peepholes' corpus.txt",
    "lstm-study options --variants 'lstm; gru' --rates 0.001,0.003 corpus.txt",
    "lstm-study options --list --variants '--clip 1; --clip 5' corpus.txt > runs.txt",
  ]
)

extension OptionsStudyOptions {
  /// Options that apply to all variants.
  static let commonOptions =
    [TrainingSettings.presetOption] + TrainingSettings.studyLengthOptions
    + TrainingSettings.lengthOptions.named("--patience")
    + TrainingSettings.decidingOptions.except("--learning-rate", "--test-fraction", "--log-every")
    + TrainingSettings.heldOutFileOptions.except("--test-file")

  /// Options that may differ between variants: all except those of the text and its held-out parts.
  static let variantOptions = commonOptions.except(
    "--unit", "--invalid", "--max-vocabulary", "--min-count", "--seed", "--lines", "--records", "--split",
    "--val-fraction",
    "--val-every", "--val-lines", "--val-file")
}

private let studyOptions = [
  Option(
    "--variants", sets: \.variants, as: .variants, group: "Comparison",
    help: "training options of each variant, separated by semicolons",
    details:
      "A variant may set options of the model, its initialization, the optimizer, regularization and the length of "
      + "the run, but not the learning rate. Options outside of --variants apply to all variants. The result of a run "
      + "is "
      + "its lowest validation loss in nats per character. The table lists mean, minimum and maximum over the seeds, "
      + "best "
      + "variant first; a run that diverges before its first validation has no loss."),
  Option(
    "--rates", sets: \.rates, as: .list(of: .number(.above(0))), group: "Comparison",
    help: "learning rates to try with the first seed"),
  Option(
    "--seeds", sets: \.seedCount, as: .integer(in: 1...1000), group: "Comparison",
    help: "runs at the best rate with consecutive seeds"),
  Option(
    "--list", sets: \.lists, group: "Comparison",
    help: "print the commands of all runs without a result, and train nothing",
    details: "The commands can run anywhere, in any order and more than once, for example by parallel, xargs -P or the "
      + "array of a cluster's queue; their files begin with the name of --output. The other seeds follow when all rates "
      + "have a result: repeat until nothing is printed."),
  Option(
    "--collect", sets: \.collects, group: "Comparison",
    help: "make table and drawing from the files of the runs that --list printed"),
]

/// Compares variants, and prints a table.
func runOptionsStudy(_ options: OptionsStudyOptions, files: [String], _ given: GivenOptions) throws -> ExitStatus {
  guard !options.variants.isEmpty else {
    throw UsageError.conflict("give --variants, such as '--clip 1; --clip 5'")
  }
  let texts = files + options.training.heldOutFiles
  try TrainingText.checkOperands(files, options.training.heldOutFiles)
  if options.lists || options.collects, texts.contains("-") {
    throw UsageError.conflict("separate runs cannot read standard input again; give a file")
  }
  if !options.lists { try options.files.check(texts: texts) }
  let output = StudyOutput(options.running)
  var study = try OptionsStudy(options, files, given, output)
  if options.lists {
    try OutputDescriptor.standardOutput.write(study.missingRuns.map { $0.command + "\n" }.joined())
    return .ok
  }
  return try study.perform(options.files)
}
