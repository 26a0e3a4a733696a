internal import CommandLineSupport
internal import Plotting
internal import ToolSupport

private typealias Option = OptionDefinition<InspectOptions>

private let counts = 1...Int(Int32.max)

let inspectCommand = CommandDefinition(
  name: "lstm-inspect",
  summary:
    "Describes a checkpoint, plots loss curves, measures gradient flow, or shows the activations of a model.",
  operands: "checkpoint.bin ... | --curve loss.csv ...",
  version: projectVersion,
  defaults: InspectOptions(),
  options: checkpointOptions + curveOptions + flowOptions + activationOptions + outputOptions,
  commonOptions: [
    "--json", "--curve", "--x", "--log-y", "--gradient-flow", "--lags", "--plot", "--activations", "--page",
    "--force-gate", "--output",
  ],
  examples: [
    "lstm-inspect checkpoint.bin",
    "lstm-inspect --curve lstm.csv gru.csv rnn.csv --output curves.svg",
    "lstm-inspect --gradient-flow corpus.txt --lags 20 --plot flow.svg checkpoint.bin",
    "lstm-inspect --json checkpoint.bin",
    "lstm-inspect --activations corpus.txt --page page.html checkpoint.bin",
  ]
)

private let checkpointOptions = [
  Option("--json", sets: \.isJSON, group: "Checkpoint", help: "print JSON, with the whole vocabulary")
]

private let curveOptions = [
  Option(
    "--curve", sets: \.drawsCurves, group: "Loss curves",
    help: "plot the losses of loss.csv files as SVG",
    details: "Runs are named after their files. - is standard input."),
  Option(
    "--columns", sets: \.columns, as: .columns, group: "Loss curves",
    help: "plot one column of a CSV table over another, a line for each name in a third",
    details:
      "For example step,val_loss,cell for comparison.csv, whose first line names the columns. Of several values at "
      + "one position the median is drawn, in a band from the least to the greatest."),
  Option(
    "--x", sets: \.x, as: .choice, absentMeans: LossChartX.step.rawValue, group: "Loss curves",
    help: "horizontal axis"),
  Option("--log-x", sets: \.hasLogarithmicX, group: "Loss curves", help: "logarithmic horizontal axis"),
  Option("--log-y", sets: \.hasLogarithmicY, group: "Loss curves", help: "logarithmic vertical axis"),
]

private let flowOptions = [
  Option(
    "--gradient-flow", sets: \.gradientFlowText, as: .path, group: "Gradient flow",
    help: "measure on this text how far gradients flow back in time",
    details:
      "For the loss at step t, the gradient at lag k is the total derivative with respect to h (and the LSTM's c) "
      + "after step t − k. Its Euclidean norm, averaged over the positions, is written as CSV with a row for each "
      + "checkpoint, layer, state and lag. Each position has a warm-up context of as many characters as there are "
      + "lags. "
      + "lstm-train --steps 0 makes an untrained model to compare with."),
  Option(
    "--lags", sets: \.lagCount, as: .integer(in: 1...1_000_000), absentMeans: "100", group: "Gradient flow",
    help: "number of lags: steps back in time"),
  Option(
    "--positions", sets: \.positionCount, as: .integer(in: counts), absentMeans: "512", group: "Gradient flow",
    help: "number of predictions to average over, spread evenly over the text"),
  Option(
    "--plot", sets: \.plot, as: .path, group: "Gradient flow",
    help: "plot of the gradient flow as SVG"),
]

private let activationOptions = [
  Option(
    "--activations", sets: \.activationsText, as: .path, group: "Activations",
    help: "show what units track in this text, and gate values",
    details:
      "The table lists the units whose c or h correlates most (Pearson) with the position in the line, quotation "
      + "marks, brackets, upper case, digits, words and sentences, after Karpathy, Johnson and Fei-Fei (2015). With "
      + "--output the gates, c and h of the chosen units are written as CSV, a row for each character and unit. Unit "
      + "1:17 "
      + "is unit 17 of layer 1, both counted from 0."),
  Option(
    "--length", sets: \.length, as: .integer(in: counts), absentMeans: "10000", group: "Activations",
    help: "maximum characters to read"),
  Option(
    "--units", sets: \.units, as: .units, absentMeans: "those that track best", group: "Activations",
    help: "units to write and show with all gates"
  ).requiring("--output or --page") { $0.output != nil || $0.page != nil },
  Option(
    "--page", sets: \.page, as: .path, group: "Activations",
    help: "HTML page that colours the text by any unit"),
  Option(
    "--histograms", sets: \.histograms, as: .path, group: "Activations",
    help: "histograms of the values of each gate as CSV"),
  Option(
    "--force-gate", sets: \.forcedGates, as: .forcedGates, group: "Activations",
    help: "hold a gate at one value, such as forget=0",
    details:
      "The loss shows the cost. forget=0 erases the cell state, forget=1 keeps it, input=1 writes every candidate, "
      + "output=1 reveals all. "
      + "Everything else is then shown for the model with the forced gate."),
]

private let outputOptions = [
  Option(
    "--output", "-o", sets: \.output, as: .path, absentMeans: "standard output", group: "Output",
    help: "file for the SVG plot or the CSV",
    details: "Activations are written as CSV only with this option; the table goes to standard output."),
  .threads(sets: \.threads, result: "figures", group: "Output"),
]
