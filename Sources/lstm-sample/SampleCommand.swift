internal import CommandLineSupport
internal import ToolSupport

private typealias Option = OptionDefinition<SampleOptions>

private let counts = 1...Int(Int32.max)

let sampleCommand = CommandDefinition(
  name: "lstm-sample",
  summary: "Generates text with a trained model.",
  operands: "checkpoint.bin",
  version: projectVersion,
  defaults: SampleOptions(),
  options: promptOptions + textOptions + choiceOptions + mixtureOptions + adaptationOptions + outputOptions
    + runningOptions,
  commonOptions: [
    "--prime", "--length", "--temperature", "--top-k", "--top-p", "--min-p", "--seed", "--count", "--null", "--stop",
    "--interactive", "--unknown",
  ],
  lateGroups: ["Text", "Sampling", "Prompt", "Output", "Mixture", "Adaptation", "Running"],
  examples: [
    "lstm-sample checkpoint.bin",
    "lstm-sample --temperature 0.7 --prime 'The sea ' --length 300 checkpoint.bin",
    "lstm-sample --top-p 0.9 --stop . --prime 'The sea ' checkpoint.bin",
    "lstm-sample --count 100 --length 80 --null checkpoint.bin | sort -z",
  ]
)

// With types, because older compilers would take too long to infer those of the sum above.
private let mixtureOptions: [Option] = MixtureOptions.options.within(\.mixture)
private let runningOptions: [Option] = [.threads(sets: \.threads, result: "text")]

private let promptOptions = [
  Option(
    "--prime", "--start-text", sets: \.prime, as: .text, group: "Prompt",
    help: "prompt: text to continue; it is printed first"),
  Option(
    "--prime-file", sets: \.primeFile, as: .path, group: "Prompt",
    help: "file with the prompt, its last line feed included; - for standard input"),
  Option(
    "--unknown", sets: \.unknown, as: .choice, group: "Prompt",
    help: "unknown characters of the prompt",
    details:
      "nearest replaces a character by another Unicode form of it (NFC, NFD), a curly quotation mark by a straight "
      + "one or the reverse, or a letter by its other case. A character without a near one is skipped."
  ).requiring("a prompt") { $0.hasPrompt || $0.isInteractive || $0.readsRequests },
]

private let textOptions = [
  Option(
    "--length", "-n", sets: \.length, as: .integer(in: 0...Int(Int32.max)),
    absentMeans: "\(SampleOptions.defaultLength), interactive \(SampleOptions.defaultAnswerLength)", group: "Text",
    help: "characters to generate",
    details: "The prompt is not counted. A file or a pipe gets the text alone, without a line feed after it."),
  Option(
    "--stop", sets: \.stop, as: .text, group: "Text",
    help: "end after generating this text, which is printed",
    details: "Texts of a model trained with --lines or --records also end at the end of the record."),
  Option(
    "--count", sets: \.count, as: .integer(in: counts), group: "Text",
    help: "number of texts",
    details:
      "Texts are generated in parallel, which is several times as fast. Each text depends on --seed and its index "
      + "alone, not on the number of texts. A line --- separates them (--separator); a model trained with --lines or "
      + "--records generates one record each, with the separator after it."
  ),
  Option(
    "--interactive", "-i", sets: \.isInteractive, group: "Text",
    help: "conversation: continue each line that is typed",
    details: "An empty line lets the model continue. /undo removes the last line and the answer to it; /quit ends. The "
      + "line feed, with a carriage return before it, is not part of the text. Every line gets one answer; with "
      + "--null it "
      + "ends with a NUL byte, and is empty for a line that is refused and for /undo."),
  Option(
    "--requests", sets: \.readsRequests, group: "Text",
    help: "answer each line of standard input, a JSON object, by one line of JSON",
    details:
      "Members, all optional: prompt, length, temperature, top_k, top_p, min_p, stop, seed, count, id. Options are "
      + "the defaults of what is left out. session, a name, continues the text of the last request with that name; "
      + "close with the value true ends it. The answer has text, the text after the prompt (texts if count is given), "
      + "stopped (whether it ended before the length), seed, and id. An error is an answer with error and id."),
]

private let choiceOptions = [
  Option(
    "--seed", sets: \.seed, as: .integer(in: 0...UInt64.max), absentMeans: "different each time",
    group: "Sampling",
    help: "random seed, to repeat a text",
    details: "Without --seed, standard error shows the seed to repeat the text, if it is a terminal."
  ).requiring("a --temperature above 0") { $0.temperature != 0 },
  Option(
    "--temperature", sets: \.temperature, as: .number(.atLeast(0)), absentMeans: "1", group: "Sampling",
    help: "lower is more predictable, 0 is greedy"),
  Option(
    "--top-k", sets: \.topK, as: .integer(in: counts), absentMeans: "all", group: "Sampling",
    help: "sample from the N likeliest characters",
    details: "Fan et al. 2018."
  ).requiring("a --temperature above 0") { $0.usesProbabilities },
  Option(
    "--top-p", sets: \.topP, as: .number(.above(0), .atMost(1)), absentMeans: "1", group: "Sampling",
    help: "nucleus sampling: smallest set with this probability",
    details: "Holtzman et al. 2020."
  ).requiring("a --temperature above 0") { $0.usesProbabilities },
  Option(
    "--min-p", sets: \.minP, as: .number(.atLeast(0), .atMost(1)), absentMeans: "0", group: "Sampling",
    help: "keep characters with this share of the top probability",
    details: "Nguyen et al. 2024."
  ).requiring("a --temperature above 0") { $0.usesProbabilities },
  Option(
    "--repetition-penalty", sets: \.repetitionPenalty, as: .number(.atLeast(0.01), .atMost(100)), absentMeans: "1",
    group: "Sampling",
    help: "penalty on recent characters; above 1 for less repetition",
    details: "Divides positive logits of recent characters by this and multiplies negative ones (Keskar et al. 2019)."
  ),
  Option(
    "--repetition-window", sets: \.repetitionWindow, as: .integer(in: counts),
    absentMeans: String(SampleOptions.defaultRepetitionWindow), group: "Sampling",
    help: "number of recent characters, including those of the prompt"
  ).requiring("a --repetition-penalty other than 1") { $0.repetitionPenalty != 1 },
  Option(
    "--allow", valueName: "CHARACTERS", sets: \.allowed, as: .text, group: "Sampling",
    help: "generate only these characters"),
  Option(
    "--ban", valueName: "CHARACTERS", sets: \.banned, as: .text, group: "Sampling",
    help: "never generate these characters",
    details: "Filters are applied in this order: --allow and --ban, penalty, temperature, top-k, top-p, min-p."),
  Option(
    "--allow-unknown", sets: \.allowsUnknown, group: "Sampling",
    help: "generate the unknown symbol of a model trained with --min-count, too",
    details: "It is printed as U+FFFD."),
  Option(
    "--beam", sets: \.beamWidth, as: .integer(in: 1...256), group: "Sampling",
    help: "beam search for the likeliest text, with this beam width",
    details: "The result is deterministic."),
  Option(
    "--best", sets: \.bestCount, as: .integer(in: 1...256), absentMeans: "1", group: "Sampling",
    help: "number of likeliest texts to print, the best first",
    details: "The texts that are left in the beam at the end; --beam is at least as large."
  ).requiring("--beam") { $0.beamWidth != nil },
]

private let adaptationOptions = AdaptationOptions.options(
  help: "learn from the prompt before generating",
  text: "The prompt is read once for this, chunk by chunk, and once more with the new weights."
).within(\SampleOptions.adaptation).requiring("a prompt") { $0.hasPrompt }

private let outputOptions = [
  Option("--no-echo", sets: \.omitsPrompt, group: "Output", help: "do not print the prompt")
    .requiring("a prompt") { $0.hasPrompt }
    .requiring("text, not for --show-probabilities") { !$0.showsProbabilities },
  Option(
    "--separator", sets: \.separator, as: .text, absentMeans: "a line ---; that of the records after --records",
    group: "Output",
    help: "separator between two texts, written literally; $'\\n' is a line feed in most shells"
  ).requiring("--count of 2 or more") { $0.count > 1 },
  Option(
    "--null", sets: \.endsWithNull, group: "Output",
    help: "end each text with a NUL byte, for xargs -0 and sort -z"),
  Option(
    "--show-probabilities", sets: \.showsProbabilities, group: "Output",
    help: "print a row for each generated character: its probability and the likeliest alternatives",
    details:
      "Fields are separated by tabs; tab, line feed and backslash are written \\t, \\n and \\\\. With temperature "
      + "0 the probabilities are those at temperature 1."),
  Option(
    "--scores", sets: \.showsScores, group: "Output",
    help: "print a row for each text: its log-probability and the text",
    details:
      "The natural logarithm of the model's probability of the characters after the prompt, a record's end included: "
      + "before any filter and at temperature 1, so that it is the negative of the nats that lstm-score prints for the "
      + "same characters. Fields are separated by a tab; tab, line feed and backslash are written \\t, \\n and \\\\. "
      + "With --requests, answers have log_probability."),
  Option("--header", sets: \.hasHeader, group: "Output", help: "write a header row with column names")
    .requiring("--show-probabilities or --scores") { $0.showsProbabilities || $0.showsScores && !$0.readsRequests },
]
