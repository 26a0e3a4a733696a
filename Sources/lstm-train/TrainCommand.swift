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
  options: trainingOptions + [baselines] + fileOptions + resumeOptions + runOptions,
  exclusions: TrainingSettings.exclusions + [
    OptionExclusion("--resume", "--init-from", "start from different files"),
    OptionExclusion("--resume", "--continue", "both say which run is resumed"),
    OptionExclusion("--baselines", "--quiet", "leave nothing to print"),
  ],
  movedOptions: movedOptions,
  examples: [
    "lstm-train corpus.txt",
    "lstm-train --cell gru --hidden 256 --epochs 20 part1.txt part2.txt",
    "lstm-train --continue --checkpoint-every 5m corpus.txt",
    "lstm-train --lines --test-fraction 0.1 names.txt",
    "cat *.txt | lstm-train --unit byte --checkpoint bytes.bin -",
  ]
)

private let trainingOptions: [Option] =
  ([TrainingSettings.presetOption] + TrainingSettings.lengthOptions + TrainingSettings.decidingOptions
  + TrainingSettings.heldOutFileOptions).within(\.training)
  .requiring("a new model, not for --init-from", of: "--forget-bias", "--init") { $0.initialModel == nil }

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
    help: "checkpoint of the best model; training state is saved next to it as NAME.last.bin"),
  Option(
    "--checkpoint-every", sets: \.checkpointInterval, as: .interval, group: "Files",
    help: "how often training state is saved, besides after each validation"),
  Option(
    "--keep", sets: \.keptCount, as: .integer(in: 0...Int(Int32.max)), group: "Files",
    help: "numbered checkpoints to keep, as NAME.step-N.bin"),
  Option("--log", sets: \.log, as: .path, group: "Files", help: "loss curve, as CSV"),
  Option(
    "--plot", sets: \.plot, as: .path, group: "Files",
    help: "drawing of the loss curve, renewed at every validation, "
      + "as SVG"),
  Option(
    "--gradient-flow-every", sets: \.gradientFlowInterval, as: .integer(in: counts), group: "Files",
    help: "optimizer steps between measurements of the gradient flow; they do not change training",
    details:
      "Beside the loss curve, with .gradient-flow before .csv, a file gets a row for each layer, state and lag up "
      + "to 100: the norm of the gradient of one prediction's loss at the state that number of steps before, averaged "
      + "over 512 places of the text, as lstm-inspect --gradient-flow measures it. Beside it is the norm of the gradient of "
      + "all weights before clipping in that step. The first measurement is of the initial model."),
  Option(
    "--json-log", sets: \.eventLog, as: .path, group: "Files", help: "log of events, to which each adds a line of JSON",
    details:
      "The events are start, train, validation, undone, sample, saved and end. What the file holds stays, so that "
      + "it tells the whole story of a run in pieces, or of several runs."),
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
    help: "resume the run that wrote this file, with its options and on the same text"),
  Option(
    "--continue", sets: \.continues, group: "Resuming", help: "resume the run if there is a checkpoint of it"),
  Option(
    "--init-from", sets: \.initialModel, as: .path, group: "Resuming",
    help: "fine-tune: start a new run from the weights of this checkpoint",
    details: "Characters are matched by value. New ones get random weights."
  ).requiring("a new run, not for one that is resumed") { $0.resume == nil },
  Option(
    "--stop-after", sets: \.stopAfter, as: .integer(in: counts), group: "Resuming",
    help: "save and stop after this number of optimizer steps, to be resumed later"),
]

private let runOptions = [
  Option("--dry-run", sets: \.isDryRun, group: "Running", help: "show model, memory and speed, and write nothing"),
  .threads(sets: \.threads, result: "model"),
  .progress(sets: \.progress),
  Option(
    "--sample-every", sets: \.sampleInterval, as: .integer(in: counts), group: "Running",
    help: "optimizer steps between samples of generated text; they do not change training"),
  Option(
    "--sample-length", sets: \.sampleLength, as: .integer(in: counts), group: "Running",
    help: "characters of such a sample"
  ).requiring("--sample-every") { $0.sampleInterval != nil },
  .quiet(sets: \.isQuiet, rest: "errors"),
]
