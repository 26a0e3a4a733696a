internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Values of the options of `lstm-study memory`.
struct MemoryOptions: Sendable {
  var variants = ["lstm", "gru", "rnn"].map(TrainingVariant.init)
  var distances = [5, 10, 20, 40]
  var chunks = [MemoryStudy.ChunkKind.whole]
  var rates = [0.01]
  var seed: UInt64 = 1
  var seedCount = 1
  var hiddenSize = 32
  var steps = 2000
  var batchSize = 32
  var recordCount = 10_000
  var checkCount = 10
  var printedDistance: Int?
  var files = StudyFiles(name: "memory")
  var running = RunningOptions()
}

private typealias Option = OptionDefinition<MemoryOptions>

private let counts = 1...Int(Int32.max)
private let distances = 0...1_000_000

let memoryCommand = CommandDefinition(
  name: "lstm-study memory",
  summary: "Measures over what distance cells remember a key. Models are trained on records that repeat a key after a "
    + "growing distance of random filler.",
  operands: "",
  version: projectVersion,
  defaults: MemoryOptions(),
  options: allOptions.map { option in
    ["--records", "--print-records", "--seed"].contains(option.names[0])
      ? option : option.requiring("a study, not for --print-records") { $0.printedDistance == nil }
  },
  commonOptions: [
    "--variants", "--distances", "--hidden", "--steps", "--rates", "--seeds", "--chunks", "--records",
    "--print-records", "--output",
  ],
  examples: [
    "lstm-study memory --distances 5,10,20",
    "lstm-study memory --variants 'lstm --forget-bias 4; gru'",
    "lstm-study memory --chunks whole,half --distances 8,16,32",
    "lstm-study memory --print-records 50 --records 2000 > memory.txt",
  ]
)

private let allOptions: [Option] =
  subjectOptions + recordOptions + searchOptions + StudyFiles.options.within(\.files)
  + RunningOptions.options.within(\.running)

private let subjectOptions = [
  Option(
    "--variants", sets: \.variants, as: .variants, group: "Variants",
    help: "cells with options of lstm-train, separated by semicolons",
    details: "Options of the model, of its initialization, of the optimizer and of regularization are allowed, such as "
      + "'lstm --forget-bias 4; rnn --init identity'. Without them a model has 1 layer, no dropout and the defaults of "
      + "lstm-train."),
  Option("--hidden", sets: \.hiddenSize, as: .integer(in: counts), group: "Variants", help: "hidden size"),
  Option(
    "--chunks", sets: \.chunks, as: .list(of: .choice), group: "Variants",
    help: "truncated-BPTT length: a whole record or half the distance",
    details: "With whole a chunk is a record, so that gradients reach the key. With half the state is carried from the "
      + "key to its recall, and gradients end between them."),
]

private let recordOptions = [
  Option(
    "--distances", sets: \.distances, as: .list(of: .integer(in: distances)), group: "Records",
    help: "numbers of filler characters between key and recall",
    details: "A record of distance 16 is the line 'K:b 5307126640217351 K=b'. Key and filler are drawn uniformly and "
      + "independently, the key from a to h and the filler from 0 to 7. The least mean loss over records of distance d "
      + "is 3(d+1)/(d+9) bits per character; a model that knows everything but the key reaches 3(d+2)/(d+9). Once a "
      + "variant fails at two distances in a row, longer ones are not tried."),
  Option(
    "--records", sets: \.recordCount, as: .integer(in: 100...Int(Int32.max)), group: "Records",
    help: "training records; recall is measured on 500 others"),
  Option(
    "--print-records", valueName: "DISTANCE", sets: \.printedDistance, as: .integer(in: distances), group: "Records",
    help: "print records of this distance and train nothing",
    details:
      "The records are those of the study for --seed 1. Another --seed, up to 4294967086, gives others; the same "
      + "seed gives the same records on every machine. Train on them with --seq-length longer than a record."),
]

private let searchOptions = [
  Option(
    "--rates", sets: \.rates, as: .list(of: .number(.above(0))), group: "Training",
    help: "learning rates to try with the first seed",
    details: "The rate with the highest recall is run with the other seeds; of rates that recall 99 %, the fastest."),
  Option(
    "--seeds", sets: \.seedCount, as: .integer(in: 1...1000), group: "Training",
    help: "runs at the best rate, consecutive seeds",
    details: "A distance is solved if 95 % of the keys are recalled, averaged over the seeds."),
  Option(
    "--seed", sets: \.seed, as: .integer(in: 0...4_294_967_086), group: "Training",
    help: "random seed; the same seed gives the same results"),
  Option(
    "--steps", sets: \.steps, as: .integer(in: counts), group: "Training", help: "maximum optimizer steps of each run"),
  Option(
    "--batch-size", sets: \.batchSize, as: .integer(in: counts), group: "Training", help: "sequences per mini-batch"),
  Option(
    "--checks", sets: \.checkCount, as: .integer(in: counts), group: "Training",
    help: "evenly spaced measurements of recall per run",
    details: "A key counts as recalled if its probability is above one half. The first measurement that finds 99 % of "
      + "the keys recalled ends the run."),
]

/// Runs the memory study, or prints records.
func runMemoryStudy(_ options: MemoryOptions, operands: [String], _ given: GivenOptions) throws -> ExitStatus {
  if let operand = operands.first { throw UsageError.operands("memory reads no text; leave out '\(operand)'") }
  memoryCommand.printNotices(about: given, in: options)
  if let distance = options.printedDistance {
    var records = MemoryRecords(distance: distance, seed: options.seed)
    // Writing in pieces keeps memory independent of the number of records.
    for start in stride(from: 0, to: options.recordCount, by: 1000) {
      try OutputDescriptor.standardOutput.write(records.next(min(1000, options.recordCount - start)))
    }
    return .ok
  }
  try options.files.check(texts: [])
  let output = StudyOutput(options.running)
  var study = try MemoryStudy(options, output)
  return try study.perform(options.files)
}
