internal import CommandLineSupport
internal import ToolSupport

/// What the command line says.
struct SampleOptions: Sendable {
  var count = 1
  var length = 1000
  var temperature = 1.0
  var seed: UInt64?
  var prime = ""
  var separator: String?
  var endsWithNull = false
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
      "--count", sets: \.count, as: .integer(in: 1...Int(Int32.max)), group: "Generating",
      help: "texts to generate; side by side, which is much faster than one after the other",
      details: "A text is the same whatever the number of texts, and the first one that without --count."),
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
      "--separator", sets: \.separator, as: .text, absentMeans: "a line ---", group: "Output",
      help: "what is written between two texts, as it stands; $'\\n' is a line feed in most shells"),
    Option(
      "--null", sets: \.endsWithNull, group: "Output",
      help: "end each text with a NUL byte, as xargs -0 and sort -z read them"),
    Option(
      "--threads", sets: \.threads, as: .integer(in: 1...1024), absentMeans: "all available CPUs", group: "Running",
      help: "threads; any number gives the same text"),
  ],
  examples: [
    "lstm-sample checkpoint.bin",
    "lstm-sample --temperature 0.7 --prime 'The sea ' --length 300 checkpoint.bin",
    "lstm-sample --count 100 --length 80 --null checkpoint.bin | sort -z",
  ]
)
