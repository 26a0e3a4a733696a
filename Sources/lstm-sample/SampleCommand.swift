internal import CommandLineSupport
internal import ToolSupport

/// What the command line says.
struct SampleOptions: Sendable {
  var length = 1000
  var temperature = 1.0
  var seed: UInt64?
  var prime = ""
  var threads: Int?
}

private typealias Option = OptionDefinition<SampleOptions>

let sampleCommand = CommandDefinition(
  name: "lstm-sample",
  summary: "Generates text with a model that lstm-train wrote.",
  operands: "checkpoint.bin",
  version: projectVersion,
  defaults: SampleOptions(),
  options: [
    Option(
      "--length", "-n", sets: \.length, as: .integer(in: 0...Int(Int32.max)), group: "Generating",
      help: "characters to generate"),
    Option(
      "--temperature", sets: \.temperature, as: .number(.atLeast(0)), group: "Generating",
      help: "below 1 more likely text, above 1 more varied; 0 for the likeliest character always"),
    Option(
      "--seed", sets: \.seed, as: .integer(in: 0...UInt64.max), absentMeans: "another each time", group: "Generating",
      help: "where the random numbers start; the same seed gives the same text"),
    Option(
      "--prime", "--start-text", sets: \.prime, as: .text, group: "Generating",
      help: "text to go on from, which is printed first"),
    Option(
      "--threads", sets: \.threads, as: .integer(in: 1...1024), absentMeans: "all available CPUs", group: "Running",
      help: "threads; any number gives the same text"),
  ],
  examples: [
    "lstm-sample checkpoint.bin",
    "lstm-sample --temperature 0.7 --prime 'The sea ' --length 300 checkpoint.bin",
  ]
)
