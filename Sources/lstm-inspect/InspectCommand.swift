internal import CommandLineSupport
internal import Plotting
internal import ToolSupport

/// What the command line says.
struct InspectOptions: Sendable {
  var isJSON = false
  var drawsCurves = false
  var columns: ColumnNames?
  var output: String?
  var x: LossChartX?
  var hasLogarithmicX = false
  var hasLogarithmicY = false
}

private typealias Option = OptionDefinition<InspectOptions>

let inspectCommand = CommandDefinition(
  name: "lstm-inspect",
  summary: "Shows what is in a checkpoint, or draws the loss curves of one or several runs as SVG.",
  operands: "checkpoint.bin | --curve loss.csv ...",
  version: projectVersion,
  defaults: InspectOptions(),
  options: [
    Option(
      "--json", sets: \.isJSON, group: "Checkpoint", help: "print JSON, with every entry of the vocabulary"),
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
      "--output", "-o", sets: \.output, as: .path, absentMeans: "standard output", group: "Loss curves",
      help: "where the drawing is written"),
    Option(
      "--x", sets: \.x, as: .choice, absentMeans: LossChartX.step.rawValue, group: "Loss curves",
      help: "what losses are drawn over"),
    Option("--log-x", sets: \.hasLogarithmicX, group: "Loss curves", help: "horizontal axis with logarithms"),
    Option("--log-y", sets: \.hasLogarithmicY, group: "Loss curves", help: "vertical axis with logarithms"),
  ],
  examples: [
    "lstm-inspect checkpoint.bin",
    "lstm-inspect --json checkpoint.bin",
    "lstm-inspect --curve lstm.csv gru.csv rnn.csv --output curves.svg",
  ]
)
