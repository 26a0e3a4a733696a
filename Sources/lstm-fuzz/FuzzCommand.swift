internal import CommandLineSupport
internal import ToolSupport

enum FuzzedParser: String, CaseIterable {
  case checkpoint
  case options
  case utf8
}

struct FuzzOptions: Sendable {
  var seconds = 60.0
  var inputCount: Int?
  var seed: UInt64 = 1
  var seedFolder: String?
  var inputFile = "lstm-fuzz.input"
  var isQuiet = false
}

private typealias Option = OptionDefinition<FuzzOptions>

let fuzzCommand = CommandDefinition(
  name: "lstm-fuzz",
  summary: "Fuzzes a parser: looks for inputs that make it crash, hang, exhaust memory or misbehave.",
  operands: "checkpoint|options|utf8",
  version: projectVersion,
  defaults: FuzzOptions(),
  options: [
    Option("--seconds", sets: \.seconds, as: .number(.above(0)), group: "Running", help: "duration"),
    Option(
      "--inputs", sets: \.inputCount, as: .integer(in: 1...Int(Int32.max)), absentMeans: "no limit",
      group: "Running", help: "stop after this number of inputs"),
    Option(
      "--seed", sets: \.seed, as: .integer(in: 0...UInt64.max), group: "Running",
      help: "random seed; the same seed tries the same inputs"),
    Option(
      "--seeds", valueName: "FOLDER", sets: \.seedFolder, as: .path, absentMeans: "only built-in seeds",
      group: "Files", help: "folder of additional seed inputs"),
    Option(
      "--input", sets: \.inputFile, as: .path, group: "Files",
      help: "file that holds the current input; after a crash or finding, the culprit"),
    .quiet(sets: \.isQuiet, rest: "findings"),
  ],
  examples: [
    "swift run --sanitize=address lstm-fuzz checkpoint --seconds 600",
    "lstm-fuzz utf8 --inputs 100000 --seed 7",
  ]
)
