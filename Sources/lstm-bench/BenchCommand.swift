internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// What the command line says.
struct BenchOptions: Sendable {
  var cell = CellOptions()
  var hiddenSize = 128
  var layerCount = 2
  var vocabularySize = 65
  var batchSize = 50
  var chunkLength = 50
  var optimizer = OptimizerConfiguration.Kind.adam
  var threads: Int?
  var seconds = 1.0
  var loadingSize = 32
  var isCSV = false

  func trainingConfiguration() throws(UsageError) -> TrainingConfiguration {
    TrainingConfiguration(
      cell: try cell.kind(), hiddenSize: hiddenSize, layerCount: layerCount, batchSize: batchSize,
      chunkLength: chunkLength, optimizer: OptimizerConfiguration(kind: optimizer))
  }
}

private typealias Option = OptionDefinition<BenchOptions>

private let counts = 1...Int(Int32.max)

let benchCommand = CommandDefinition(
  name: "lstm-bench",
  summary: "Measures kernels, training, generation and the loading of text against what the machine can do at most. "
    + "Measures everything unless told what.",
  operands: Section.allCases.map { "[\($0.rawValue)]" }.joined(separator: " "),
  operandChoices: Section.allCases.map(\.rawValue),
  version: projectVersion,
  defaults: BenchOptions(),
  options: [
    Option("--cell", "--model", sets: \.cell.name, as: .choice, group: "Model", help: "recurrent cell"),
    Option(
      "--gru-reset", sets: \.cell.gruReset, as: .choice, absentMeans: "before", group: "Model",
      help: "where the GRU's reset gate acts: before its product, or after it as in PyTorch"),
    Option(
      "--hidden", "--rnn-size", "--hidden-size", sets: \.hiddenSize,
      as: .integer(in: 1...ModelConfiguration.maximumSize), group: "Model", help: "units of each layer"),
    Option(
      "--layers", "--num-layers", sets: \.layerCount, as: .integer(in: 1...ModelConfiguration.maximumLayerCount),
      group: "Model", help: "stacked layers"),
    Option(
      "--vocabulary", sets: \.vocabularySize, as: .integer(in: 2...scalarCount), group: "Model",
      help: "different characters"),
    Option(
      "--batch-size", sets: \.batchSize, as: .integer(in: counts), group: "Training",
      help: "streams that are read side by side"),
    Option(
      "--seq-length", "--block-size", sets: \.chunkLength, as: .integer(in: counts), group: "Training",
      help: "characters through which gradients go back"),
    Option("--optimizer", sets: \.optimizer, as: .choice, group: "Training", help: "how weights follow gradients"),
    Option(
      "--threads", sets: \.threads, as: .integer(in: 1...1024), absentMeans: "all available CPUs", group: "Running",
      help: "threads"),
    Option(
      "--seconds", sets: \.seconds, as: .number(.above(0), .atMost(3600)), group: "Running",
      help: "how long each measurement takes"),
    Option(
      "--loading-size", sets: \.loadingSize, as: .integer(in: 1...1_000_000), group: "Running",
      help: "megabytes of text to load, written to a temporary file first"),
    Option(
      "--csv", sets: \.isCSV, group: "Running", help: "print CSV: name,value,unit,share_of_roof",
      details: "Without --csv each line names its roof: arithmetic in registers, or the bandwidth of reading."),
  ],
  examples: [
    "lstm-bench",
    "lstm-bench training --cell gru --hidden 512 --batch-size 64 --csv",
    "lstm-bench generation loading",
  ]
)
