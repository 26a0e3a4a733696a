internal import CommandLineSupport
internal import ToolSupport

private typealias Option = OptionDefinition<TrainOptions>

private let counts = 1...Int(Int32.max)

let trainCommand = CommandDefinition(
  name: "lstm-train",
  summary: "Trains a character-level recurrent language model on text files, which are read as one text.",
  operands: "corpus.txt ...",
  version: projectVersion,
  defaults: TrainOptions(),
  options: trainingOptions + listOptions + [baselines] + fileOptions + resumeOptions + runOptions,
  exclusions: TrainingSettings.exclusions + [
    OptionExclusion("--resume", "--init-from", "start from different files"),
    OptionExclusion("--resume", "--continue", "both say which run is resumed"),
    OptionExclusion("--baselines", "--quiet", "leave nothing to print"),
  ],
  movedOptions: movedOptions,
  commonOptions: [
    "--cell", "--hidden", "--layers", "--epochs", "--max-time", "--learning-rate", "--batch-size", "--dropout",
    "--lines", "--checkpoint", "--resume", "--continue",
  ],
  lateGroups: TrainingSettings.lateGroups,
  examples: [
    "lstm-train corpus.txt",
    "lstm-train --cell gru --hidden 256 --max-time 30m part1.txt part2.txt",
    "lstm-train --continue --checkpoint-every 5m corpus.txt",
    "lstm-train --lines --test-fraction 0.1 names.txt",
    "cat *.txt | lstm-train --unit byte --checkpoint bytes.bin -",
  ]
)

private let trainingOptions: [Option] =
  ([TrainingSettings.presetOption] + TrainingSettings.lengthOptions + TrainingSettings.decidingOptions
  + TrainingSettings.heldOutFileOptions).within(\.training)
  .requiringNewModel { $0.initialModel == nil }

private let listOptions: [Option] = FileListOptions.options.within(\.fileList)

private let movedOptions = [
  "--compare": "lstm-study compare", "--compare-by": "lstm-study compare", "--compare-data": "lstm-study compare",
  "--seeds": "lstm-study compare", "--find-learning-rate": "lstm-study learning-rate",
  "--find-from": "lstm-study learning-rate", "--check-gradients": "lstm-study gradients",
  "--overfit": "lstm-study overfit",
]

private let baselines = Option(
  "--baselines", sets: \.showsBaselines, group: "Validation", help: "compare the model with n-gram baselines",
  details:
    "The n-grams of the training set have orders 1 to 5, and their probabilities are interpolated after Witten and "
    + "Bell. They are counted at the end, or with --dry-run, in at most 1 GB of memory.")

private let fileOptions = [
  Option(
    "--checkpoint", "-o", sets: \.checkpoint, as: .path, group: "Files",
    help: "checkpoint of the best model",
    details:
      "Training state, for resuming, is saved next to it as NAME.last.bin after each validation. The loss curve has a "
      + "separate name; see --log."),
  Option(
    "--checkpoint-every", sets: \.checkpointInterval, as: .interval, group: "Files",
    help: "steps or time between saves of training state, in addition to those at validations"),
  Option(
    "--keep", sets: \.keptCount, as: .integer(in: 0...Int(Int32.max)), group: "Files",
    help: "number of checkpoints of earlier steps to keep, as NAME.step-N.bin"),
  Option("--log", sets: \.log, as: .path, group: "Files", help: "loss curve, as CSV"),
  Option(
    "--plot", sets: \.plot, as: .path, group: "Files",
    help: "plot of the loss curve as SVG, updated at every validation"),
  Option(
    "--gradient-flow-every", sets: \.gradientFlowInterval, as: .integer(in: counts), group: "Files",
    help: "optimizer steps between measurements of the gradient flow",
    details:
      "LOG.gradient-flow.csv gets a row for each layer, state and lag up to 100: the norm of the gradient of one "
      + "prediction's loss with respect to the state that number of steps earlier, averaged over 512 positions, as "
      + "lstm-inspect --gradient-flow measures it, and the gradient norm of all weights before clipping. The first "
      + "measurement is of the initial model. Measuring does not change training."),
  Option(
    "--json-log", sets: \.eventLog, as: .path, group: "Files", help: "append each event to this file as a line of JSON",
    details:
      "The events are start, train, validation, undone, sample, saved and end. Existing lines are kept, so that the "
      + "file covers a run and its resumptions, or several runs."),
  Option(
    "--overwrite", sets: \.overwrites, group: "Files",
    help: "replace the results of an earlier run instead of renaming them"
  ).requiring("a new run, not for one that is resumed") { options in
    options.resume.map { !options.files.hasState($0) } ?? true
  },
]

private let resumeOptions = [
  Option(
    "--resume", sets: \.resume, as: .path, group: "Resuming",
    help: "resume from this training state, NAME.last.bin",
    details:
      "Give the same text. The options of the run are in the file; only its length may change: --epochs, --steps, "
      + "--patience, and --max-time before its end. If nothing changes and no time limit decides the length, the resumed "
      + "run writes the same checkpoint, byte for byte, as an uninterrupted one."),
  Option(
    "--continue", sets: \.continues, group: "Resuming",
    help: "resume if NAME.last.bin exists, else start a new run"),
  Option(
    "--init-from", sets: \.initialModel, as: .path, group: "Resuming",
    help: "fine-tune: start a new run from the weights of this checkpoint",
    details:
      "Characters are matched by value. New ones get random weights; those that only the checkpoint has are kept "
      + "(--vocabulary). Give a lower --learning-rate, such as a tenth of the first run's."
  ).requiring("a new run, not for one that is resumed") { $0.resume == nil },
  Option(
    "--vocabulary", sets: \.vocabularyOrigin, as: .choice, group: "Resuming",
    help: "characters of a fine-tuned model",
    details: "union keeps all characters of the checkpoint, so that its text can still be prompted and scored. corpus "
      + "drops those that the new text does not have. A resumed run has the characters of its checkpoint."
  ).requiring("--init-from") { $0.initialModel != nil },
  Option(
    "--stop-after", sets: \.stopAfter, as: .integer(in: counts), group: "Resuming",
    help: "save and stop after this number of optimizer steps"),
]

private let runOptions = [
  Option("--dry-run", sets: \.isDryRun, group: "Running", help: "print model, memory and speed, and write nothing"),
  .threads(sets: \.threads, result: "model"),
  .progress(sets: \.progress),
  Option(
    "--sample-every", sets: \.sampleInterval, as: .integer(in: counts), group: "Running",
    help: "optimizer steps between samples of generated text"),
  Option(
    "--sample-length", sets: \.sampleLength, as: .integer(in: counts), group: "Running",
    help: "length of such a sample in characters"
  ).requiring("--sample-every") { $0.sampleInterval != nil },
  .quiet(sets: \.isQuiet, rest: "errors"),
]
