internal import CommandLineSupport
internal import Plotting
internal import ToolSupport

private typealias Option = OptionDefinition<InspectOptions>

private let counts = 1...Int(Int32.max)

let inspectCommand = CommandDefinition(
  name: "lstm-inspect",
  summary:
    "Shows what is in a checkpoint; draws the loss curves of one or several runs; measures how gradients flow "
    + "through models; or shows what units do while a model reads a text.",
  operands: "checkpoint.bin ... | --curve loss.csv ...",
  version: projectVersion,
  defaults: InspectOptions(),
  options: checkpointOptions + curveOptions + flowOptions + activationOptions + outputOptions,
  examples: [
    "lstm-inspect checkpoint.bin",
    "lstm-inspect --json checkpoint.bin",
    "lstm-inspect --curve lstm.csv gru.csv rnn.csv --output curves.svg",
    "lstm-inspect --gradient-flow corpus.txt --lags 20 --plot flow.svg checkpoint.bin",
    "lstm-inspect --activations corpus.txt --page page.html checkpoint.bin",
  ]
)

private let checkpointOptions = [
  Option("--json", sets: \.isJSON, group: "Checkpoint", help: "print JSON, with every entry of the vocabulary")
]

private let curveOptions = [
  Option(
    "--curve", sets: \.drawsCurves, group: "Loss curves",
    help: "draw the training and validation losses of the files that lstm-train --log wrote",
    details: "Runs are named after their files. - is standard input."),
  Option(
    "--columns", sets: \.columns, as: .columns, group: "Loss curves",
    help: "draw one column of a table over another, a line for each name in a third",
    details: "The table is a file of comma-separated values whose first line names the columns, such as "
      + "comparison.csv: step,val_loss,cell. Where a place has several values, their median is drawn, in a band from "
      + "the least to the greatest."),
  Option(
    "--x", sets: \.x, as: .choice, absentMeans: LossChartX.step.rawValue, group: "Loss curves",
    help: "what losses are drawn over"),
  Option("--log-x", sets: \.hasLogarithmicX, group: "Loss curves", help: "horizontal axis with logarithms"),
  Option("--log-y", sets: \.hasLogarithmicY, group: "Loss curves", help: "vertical axis with logarithms"),
]

private let flowOptions = [
  Option(
    "--gradient-flow", sets: \.gradientFlowText, as: .path, group: "Gradient flow",
    help: "measure on this text how far back the loss of one prediction reaches, in each of the checkpoints",
    details: "Of the loss at step t, the gradient at lag k is that of h, and of the LSTM's c, after step t − k, by all "
      + "ways on which they reach the loss. Its Euclidean norm, in the mean over the positions, is written as CSV, with "
      + "a row for each checkpoint, layer, state and lag. Each position is read after as many characters as it goes "
      + "back. lstm-train --steps 0 makes a model that has not learned yet."),
  Option(
    "--lags", sets: \.lagCount, as: .integer(in: 1...1_000_000), absentMeans: "100", group: "Gradient flow",
    help: "steps that the gradient goes back"),
  Option(
    "--positions", sets: \.positionCount, as: .integer(in: counts), absentMeans: "512", group: "Gradient flow",
    help: "predictions that are measured, spread evenly over the text"),
  Option(
    "--plot", sets: \.plot, as: .path, group: "Gradient flow",
    help: "where the norms are drawn over the lags, as SVG"),
]

private let activationOptions = [
  Option(
    "--activations", sets: \.activationsText, as: .path, group: "Activations",
    help: "show what units do while the model reads this text: which track something that has a name, and where gates "
      + "stand",
    details: "The table names the units whose c or h goes best, by Pearson's correlation, with the place in the line, "
      + "quotation marks, brackets, upper case, digits, words and sentences, in the manner of Karpathy, Johnson and "
      + "Fei-Fei (2015). With --output every gate, c and h of the chosen units is written as CSV, a row for each character "
      + "and unit. A unit is named by its layer and its number, both from 0."),
  Option(
    "--length", sets: \.length, as: .integer(in: counts), absentMeans: "10000", group: "Activations",
    help: "the most characters that are read"),
  Option(
    "--units", sets: \.units, as: .units, absentMeans: "those that track best", group: "Activations",
    help: "units of which every gate is written and shown"
  ).requiring("--output or --page") { $0.output != nil || $0.page != nil },
  Option(
    "--page", sets: \.page, as: .path, group: "Activations",
    help: "where a page of HTML is written that colours the text by any unit"),
  Option(
    "--histograms", sets: \.histograms, as: .path, group: "Activations",
    help: "where the shares of the values of each gate are written, as CSV"),
  Option(
    "--force-gate", sets: \.forcedGates, as: .forcedGates, group: "Activations",
    help: "read with this gate at one value, everywhere and always, and print what that costs",
    details:
      "Such as forget=0, which erases, forget=1, which keeps, input=1, which writes, or output=1, which reveals. "
      + "All that is shown is then of the model with the forced gate."),
]

private let outputOptions = [
  Option(
    "--output", "-o", sets: \.output, as: .path, absentMeans: "standard output", group: "Output",
    help: "where the drawing of loss curves, or CSV, is written",
    details: "Of activations, CSV is written only if this is given; standard output then has the table."),
  .threads(sets: \.threads, result: "figures", group: "Output"),
]
