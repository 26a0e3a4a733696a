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
  summary: "Looks for inputs with which a parser crashes, hangs, takes too much memory or does the wrong thing.",
  operands: "checkpoint|options|utf8",
  version: projectVersion,
  defaults: FuzzOptions(),
  options: [
    Option("--seconds", sets: \.seconds, as: .number(.above(0)), group: "Running", help: "how long to look"),
    Option(
      "--inputs", sets: \.inputCount, as: .integer(in: 1...Int(Int32.max)), absentMeans: "until the time is over",
      group: "Running", help: "stop after this number of inputs"),
    Option(
      "--seed", sets: \.seed, as: .integer(in: 0...UInt64.max), group: "Running",
      help: "where the random numbers start; the same seed tries the same inputs"),
    Option(
      "--seeds", valueName: "FOLDER", sets: \.seedFolder, as: .path, absentMeans: "built-in ones alone",
      group: "Files", help: "folder of more inputs to begin with"),
    Option(
      "--input", sets: \.inputFile, as: .path, group: "Files",
      help: "where each input stands while it is tried; the one that a crash or a finding leaves there did it"),
    .quiet(sets: \.isQuiet, rest: "findings"),
  ],
  examples: [
    "swift run --sanitize=address lstm-fuzz checkpoint --seconds 600",
    "lstm-fuzz utf8 --inputs 100000 --seed 7",
  ]
)
