internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

struct BenchOptions: Sendable {
  var configuration = TrainingConfiguration()
  var vocabularySize = 65
  var threads: Int?
  var seconds = 1.0
  var loadingSize = 32
  var isCSV = false
  /// Sections to measure; set after the options are read.
  var sections = Section.allCases
}

private typealias Option = OptionDefinition<BenchOptions>

/// Options of `lstm-train` that determine the computation of a step.
private let computationOptions: [Option] =
  modelOptions.except("--unit").map(\.withFixedDefault).within(\.configuration)
  .requiring("kernels, training and generation") { $0.sections != [.loading] }
  + batchOptions.map(\.withFixedDefault).within(\.configuration)
  .requiring("kernels and training") { $0.measures(.kernels) || $0.measures(.training) }
  + optimizerOptions.named("--optimizer").within(\.configuration).requiring("training") { $0.measures(.training) }

extension BenchOptions {
  fileprivate func measures(_ section: Section) -> Bool { sections.contains(section) }
}

let benchCommand = CommandDefinition(
  name: "lstm-bench",
  summary: "Measures the throughput of kernels, training, generation and loading as a fraction of the machine's peak. "
    + "Without a section, all are measured.",
  operands: Section.allCases.map { "[\($0.rawValue)]" }.joined(separator: " "),
  operandChoices: Section.allCases.map(\.rawValue),
  version: projectVersion,
  defaults: BenchOptions(),
  options: computationOptions + [
    Option(
      "--vocabulary", sets: \.vocabularySize, as: .integer(in: 2...scalarCount), group: "Model",
      help: "vocabulary size"),
    .threads(sets: \.threads, result: nil),
    Option(
      "--seconds", sets: \.seconds, as: .number(.above(0), .atMost(3600)), group: "Running",
      help: "duration of each measurement"),
    Option(
      "--loading-size", sets: \.loadingSize, as: .integer(in: 1...1_000_000), group: "Running",
      help: "megabytes of text to load, written to a temporary file first"
    ).requiring("loading") { $0.measures(.loading) },
    Option(
      "--csv", sets: \.isCSV, group: "Running", help: "print CSV: name,value,unit,share_of_roof",
      details: "Without --csv each line names its roof: peak arithmetic throughput, or memory bandwidth."),
  ],
  commonOptions: [
    "--cell", "--hidden", "--layers", "--batch-size", "--seq-length", "--vocabulary", "--threads", "--seconds", "--csv",
  ],
  lateGroups: ["Training", "Running", "Optimizer and schedule", "Model variants"],
  examples: [
    "lstm-bench",
    "lstm-bench training --cell gru --hidden 512 --batch-size 64 --csv",
    "lstm-bench generation loading",
  ]
)
