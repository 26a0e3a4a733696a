internal import CommandLineSupport
internal import ToolSupport

private typealias Option = OptionDefinition<ScoreOptions>

let scoreCommand = CommandDefinition(
  name: "lstm-score",
  summary:
    "Evaluates a trained model on texts: cross-entropy in nats and bits per character, bits per byte, perplexity. "
    + "Models of characters, graphemes and bytes are compared by bits per byte of UTF-8. As in validation, the model "
    + "first reads a line feed that is not part of the text, and the first character is not scored. A model trained "
    + "with --lines or --records reads the separator before each record, and scores the whole record and its end.",
  operands: "checkpoint.bin text ...",
  version: projectVersion,
  defaults: ScoreOptions(),
  options: textOptions + listOptions + adaptationOptions + mixtureOptions + outputOptions + [requestOption]
    + runOptions,
  commonOptions: [
    "--unknown", "--invalid", "--adapt", "--with", "--mix", "--json", "--per-line", "--per-character", "--header",
    "--threads", "--quiet",
  ],
  lateGroups: ["Text", "Output", "Mixture", "Adaptation", "Running"],
  examples: [
    "lstm-score checkpoint.bin book.txt",
    "lstm-score --per-line checkpoint.bin book.txt | sort -rnk2 | head",
    "lstm-score --unknown skip --json checkpoint.bin *.txt",
    "lstm-score --adapt auto checkpoint.bin book.txt",
    "lstm-score --with other.bin checkpoint.bin book.txt",
  ]
)

private let mixtureOptions: [Option] = MixtureOptions.options.within(\.mixture)

private let textOptions = [
  Option(
    "--unknown", sets: \.unknown, as: .choice, group: "Text",
    help: "unknown characters",
    details:
      "Unknown characters are outside the vocabulary. skip scores the text as if they were not in it. charge skips "
      + "them and adds ln V nats for each, with V the vocabulary size: the loss of a uniform guess. nearest replaces a "
      + "character by another Unicode form of it (NFC, NFD), a curly quotation mark by a straight one or the reverse, "
      + "or a letter by its other case, skips those without a near one, and holds the text in memory. A model trained "
      + "with --min-count reads all of them as its unknown symbol, and this option has no effect."),
  Option(
    "--invalid", sets: \.malformedUTF8, as: .choice, absentMeans: "as in training", group: "Text",
    help: "bytes that are not UTF-8"),
  Option(
    "--streams", sets: \.streamCount, as: .integer(in: 1...1024), absentMeans: "64, for short texts fewer",
    group: "Text",
    help: "parts of a text to score in parallel; 1 for one continuous pass",
    details: "Each part is read after a warm-up context of the 512 characters before it. The default is that of "
      + "validation in training. One continuous pass takes longer and differs by less than 1e-4 nats per character."),
]

private let listOptions: [Option] = FileListOptions.options.within(\.fileList)

private let requestOption = Option(
  "--requests", sets: \.readsRequests, group: "Output",
  help: "answer each line of standard input, a JSON object, by one line of JSON",
  details:
    "Members: text and optionally context, characters before it that are not scored; or choices, texts that can follow "
    + "the context; id. The answer has characters, nats, nats_per_character; for choices, nats of each and "
    + "probabilities whose sum is 1; and id. An error is an answer with error and id. With a model trained with "
    + "--lines, the end of the line is scored, too.")

private let adaptationOptions = AdaptationOptions.options(
  help: "dynamic evaluation: learn from each scored chunk",
  text: "Each text starts from the weights of the checkpoint."
).within(\ScoreOptions.adaptation)

private let outputOptions = [
  Option(
    "--json", sets: \.isJSON, group: "Output", help: "print one JSON object with all figures",
    details: "Each file has a path and, like the total, characters, bytes, unknown_characters, nats, "
      + "nats_per_character, bits_per_character, bits_per_byte and perplexity. If no character is scored, "
      + "the figures from nats on are null, and nan in the table."),
  Option(
    "--per-line", sets: \.listsLines, group: "Output", help: "print a row for each line of one text",
    details:
      "Columns, separated by tabs: byte offset, nats, characters scored, characters skipped as unknown, the line. "
      + "A line includes its line feed; nats are nan if no character is scored. Tab, line feed and backslash are "
      + "written "
      + "\\t, \\n and \\\\. The text is read once and not held in memory; if it comes through a pipe that "
      + "pauses, each complete line has its row at once."),
  Option(
    "--per-record", sets: \.listsRecords, group: "Output",
    help: "print a row for each record of one text, for a model trained with --lines",
    details: "The columns are those of --per-line, with the record in the place of the line, which it is after "
      + "--lines. Empty records have no row. Records are scored together as rows of mini-batches."),
  Option(
    "--per-character", sets: \.listsCharacters, group: "Output",
    help: "print a row for each scored character of one text",
    details: "Columns, separated by tabs: byte offset, the character, nats."),
  Option("--header", sets: \.hasHeader, group: "Output", help: "print column names above a list")
    .requiring("--per-line, --per-record or --per-character") { $0.listing != nil },
]

private let runOptions: [Option] = [
  .threads(sets: \.threads, result: "figures"), .quiet(sets: \.isQuiet, rest: "results and errors"),
]
