import CommandLineSupport

enum Cell: String, CaseIterable {
  case lstm, gru, rnn
}

/// The command line of a training tool with every kind of option.
struct SampleValues: Equatable {
  var cell = Cell.lstm
  var hiddenSize = 128
  var seed: UInt64?
  var learningRate = 0.002
  var dropout = 0.0
  var clip: Double? = 5
  var offset = 0
  var checkpoint = "checkpoint.bin"
  var initialFile: String?
  var others: [Int] = []
  var prime = ""
  var connection: Cell?
  var isQuiet = false
  var usesCheckpoints = true
}

let sampleCommand = CommandDefinition(
  name: "lstm-train",
  summary: "Trains a character-level recurrent language model on text files.",
  operands: "corpus.txt ...",
  version: "1.2.3",
  defaults: SampleValues(),
  options: [
    OptionDefinition("--cell", sets: \.cell, as: .choice, group: "Model", help: "recurrent cell"),
    OptionDefinition(
      "--hidden", "--rnn-size", sets: \.hiddenSize, as: .integer(in: 1...65536), group: "Model",
      help: "units of each layer"),
    OptionDefinition(
      "--connection", sets: \.connection, as: .choice, absentMeans: "the cell's own", group: "Model",
      help: "cell between the layers"),
    OptionDefinition(
      "--learning-rate", sets: \.learningRate, as: .number(.above(0)), group: "Training",
      help: "size of the first step of the optimizer",
      details: "It falls from there as the schedule says, down to a tenth of it at the end of the run."),
    OptionDefinition(
      "--dropout", sets: \.dropout, as: .number(.atLeast(0), .below(1)), group: "Training",
      help: "share of activations that are dropped between layers while training"),
    OptionDefinition(
      "--clip", "--grad-clip", valueName: "NORM", sets: \.clip, as: .number(.above(0)), group: "Training",
      help: "largest global norm of the gradient"),
    OptionDefinition("--offset", sets: \.offset, as: .integer(in: -5...5), group: "Training", help: "first chunk"),
    OptionDefinition(
      "--seed", "-s", sets: \.seed, as: .integer(in: 0...UInt64.max), absentMeans: "1", group: "Training",
      help: "where the random numbers start"),
    OptionDefinition(
      "--checkpoint", "-o", sets: \.checkpoint, as: .path, group: "Files", help: "where the model is written"),
    OptionDefinition("--init-from", sets: \.initialFile, as: .path, group: "Files", help: "model to begin with"),
    OptionDefinition(
      "--with", "-w", appendsTo: \.others, as: .integer(in: 1...9), group: "Files", help: "another model; repeatable"),
    OptionDefinition("--prime", "--start-text", sets: \.prime, as: .text, group: "Files", help: "text to begin with"),
    OptionDefinition("--quiet", "-q", sets: \.isQuiet, group: "General", help: "show no progress"),
    OptionDefinition(
      "--no-checkpoints", sets: \.usesCheckpoints, to: false, group: "General", help: "write no checkpoints"),
  ],
  examples: ["lstm-train corpus.txt", "lstm-train --cell gru a.txt b.txt"]
)
