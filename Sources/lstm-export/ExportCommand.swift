internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

private typealias Option = OptionDefinition<ExportOptions>

let exportCommand = CommandDefinition(
  name: "lstm-export",
  summary: "Writes a trained model in other forms: a checkpoint with smaller weights, or a web page that runs the "
    + "model in a browser.",
  operands: "checkpoint.bin ...",
  version: projectVersion,
  defaults: ExportOptions(),
  options: [
    Option(
      "--output", "-o", sets: \.output, as: .path, group: "Smaller checkpoint", help: "file for the smaller checkpoint",
      details: "lstm-sample, lstm-score and lstm-inspect open it like any other checkpoint, and lstm-train "
        + "--init-from starts a new run from it. It has no training state."),
    Option(
      "--weights", sets: \.weights, as: .choice, group: "Smaller checkpoint", help: "number format of the matrices",
      details: "int8 stores one float32 scale for each row; products are computed with 8-bit integers, which is "
        + "faster and gives the same text on every CPU. bfloat16 is the upper half of a float32 and is computed with "
        + "as float32. float32 widens a smaller checkpoint. Biases, gains and embeddings stay float32."
    ).requiring("--output") { $0.output != nil },
    Option(
      "--page", sets: \.page, as: .path, group: "Web page", help: "HTML page with the models, for a browser",
      details: "One file, which opens from disk and needs no network: it writes text and shows the gates and the cell "
        + "state of each character. Of two or more checkpoints, two can be compared side by side. Weights are int8: "
        + "the page and lstm-sample write the same text from an int8 checkpoint with the same seed."),
    .quiet(sets: \.isQuiet, rest: "errors"),
  ],
  lateGroups: ["Running"],
  examples: [
    "lstm-export --output small.bin checkpoint.bin",
    "lstm-export --weights bfloat16 --output half.bin checkpoint.bin",
    "lstm-export --page model.html checkpoint.bin",
    "lstm-export --page compare.html lstm.bin gru.bin",
  ]
)
