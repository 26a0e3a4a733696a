internal import CommandLineSupport
internal import ToolSupport

private typealias Option = OptionDefinition<ScoreOptions>

private let counts = 1...Int(Int32.max)

let scoreCommand = CommandDefinition(
  name: "lstm-score",
  summary:
    "Measures how well a model that lstm-train wrote foretells texts. Prints nats and bits per character, bits per byte "
    + "of UTF-8, by which models of characters, graphemes and bytes can be compared, and perplexity. The first character "
    + "of a text is not scored: before it the model has read only a line feed, which is no part of the text and with which "
    + "validation begins, too. A model of lines reads such a line feed before each line, and scores all of the line and "
    + "its end.",
  operands: "checkpoint.bin text ...",
  version: projectVersion,
  defaults: ScoreOptions(),
  options: textOptions + adaptationOptions + outputOptions + runOptions,
  examples: [
    "lstm-score checkpoint.bin book.txt",
    "lstm-score --unknown skip --json checkpoint.bin *.txt",
    "lstm-score --per-line checkpoint.bin book.txt | sort -rnk2 | head",
    "lstm-score --adapt 0.01 checkpoint.bin book.txt",
  ]
)

private let textOptions = [
  Option(
    "--unknown", sets: \.unknown, as: .choice, group: "Text",
    help:
      "characters that the model does not know: refuse the text, leave them out, charge for them, or replace them by "
      + "the nearest",
    details: "Left out, they are as if they were not in the text. Charged, they are left out of what the model reads, "
      + "too, and each costs ln V nats, V being the size of the vocabulary: what a character costs where all are "
      + "equally likely. The nearest is another Unicode form of the same letter (NFC, NFD), a straight for a "
      + "curly quotation mark or conversely, or the other case; what has none is left out, and such a text is held in "
      + "memory."),
  Option(
    "--invalid", sets: \.malformedUTF8, as: .choice, absentMeans: "as in training", group: "Text",
    help: "bytes that are not UTF-8: refuse the text, replace them by U+FFFD, or skip them"),
  Option(
    "--streams", sets: \.streamCount, as: .integer(in: 1...1024), absentMeans: "64, for short texts fewer",
    group: "Text",
    help: "parts that are read side by side, each after a run over the 512 characters before it; 1 for one "
      + "continuous pass",
    details: "The default is that of validation in training. One pass takes longer and differs by less than 1e-4 nats."),
]

private let adaptationOptions = [
  Option(
    "--adapt", valueName: "RATE", sets: \.adaptationRate, as: .number(.above(0)), group: "Adaptation",
    help: "learn from the text once it is scored, with this learning rate of plain gradient descent",
    details: "Dynamic evaluation: the text is one stream, each chunk of it is scored and then learned from, and the "
      + "next text begins with the model's own weights. Gradients are clipped as in training. Rates from 0.005 to 0.05 "
      + "are worth trying, on a text like the one to score."),
  Option(
    "--adapt-length", sets: \.adaptationLength, as: .integer(in: counts),
    absentMeans: String(ScoreOptions.defaultAdaptationLength), group: "Adaptation",
    help: "characters of a chunk"),
]

private let outputOptions = [
  Option(
    "--json", sets: \.isJSON, group: "Output", help: "write one JSON object with all figures",
    details: "Its files have a path and, as its total has, characters, bytes, unknown_characters, nats, "
      + "nats_per_character, bits_per_character, bits_per_byte and perplexity. Where nothing is scored, "
      + "those from nats on are null, and nan in the table."),
  Option(
    "--per-line", sets: \.listsLines, group: "Output", help: "write a row for each line of one text",
    details:
      "Columns, with tabs between: byte offset, nats, characters scored, characters skipped as unknown, the line. "
      + "Its line feed is scored with it; where nothing is scored, nats are nan. Tab, line feed and backslash are written "
      + "\\t, \\n and \\\\."),
  Option(
    "--per-character", sets: \.listsCharacters, group: "Output",
    help: "write a row for each character of one text that is scored",
    details: "Columns, with tabs between: byte offset, the character, nats."),
  Option("--header", sets: \.hasHeader, group: "Output", help: "write the names of the columns first")
    .requiring("--per-line or --per-character") { $0.listing != nil },
]

private let runOptions: [Option] = [
  .threads(sets: \.threads, result: "figures"), .quiet(sets: \.isQuiet, rest: "results and errors"),
]
