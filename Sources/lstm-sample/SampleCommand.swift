internal import CommandLineSupport
internal import ToolSupport

private typealias Option = OptionDefinition<SampleOptions>

private let counts = 1...Int(Int32.max)

let sampleCommand = CommandDefinition(
  name: "lstm-sample",
  summary: "Generates text with a model that lstm-train wrote.",
  operands: "checkpoint.bin",
  version: projectVersion,
  defaults: SampleOptions(),
  options: promptOptions + textOptions + choiceOptions + outputOptions
    + [.threads(sets: \.threads, result: "text")],
  examples: [
    "lstm-sample checkpoint.bin",
    "lstm-sample --temperature 0.7 --prime 'The sea ' --length 300 checkpoint.bin",
    "lstm-sample --top-p 0.9 --stop . --prime 'The sea ' checkpoint.bin",
    "lstm-sample --count 100 --length 80 --null checkpoint.bin | sort -z",
  ]
)

private let promptOptions = [
  Option(
    "--prime", "--start-text", sets: \.prime, as: .text, group: "Prompt",
    help: "text to go on from, which is printed first"),
  Option(
    "--prime-file", sets: \.primeFile, as: .path, group: "Prompt",
    help: "file with the text to go on from, a line feed at its end included; - for standard input"),
  Option(
    "--unknown", sets: \.unknown, as: .choice, group: "Prompt",
    help: "characters of the prompt that the model does not know: refuse it, skip them, or replace them by the nearest",
    details:
      "The nearest is another Unicode form of the same letter (NFC, NFD), a straight for a curly quotation mark or "
      + "conversely, or the other case. Characters without any near one are skipped."
  ).requiring("a prompt") { $0.hasPrompt || $0.isInteractive },
]

private let textOptions = [
  Option(
    "--length", "-n", sets: \.length, as: .integer(in: 0...Int(Int32.max)),
    absentMeans: "\(SampleOptions.defaultLength), interactive \(SampleOptions.defaultAnswerLength)", group: "Text",
    help: "characters to generate, those of the prompt not counted"),
  Option(
    "--stop", sets: \.stop, as: .text, group: "Text",
    help: "end when this text was generated; it is printed, as the end",
    details: "A text of a model that was trained with --lines is a line: it ends with the line, too."),
  Option(
    "--count", sets: \.count, as: .integer(in: counts), group: "Text",
    help: "texts to generate; side by side, which is much faster than one after the other",
    details: "A text is the same whatever the number of texts, and the first one that without --count."),
  Option(
    "--interactive", "-i", sets: \.isInteractive, group: "Text",
    help: "go on from each line that is typed, and from where the text is if the line is empty",
    details: "/undo takes the last line and what followed it back, /quit ends. The line feed is no part of the text, "
      + "nor is a carriage return before it. Each line has one answer, which --null ends with a NUL byte, also when it is "
      + "refused or /undo: then it is empty."),
]

private let choiceOptions = [
  Option(
    "--seed", sets: \.seed, as: .integer(in: 0...UInt64.max), absentMeans: "another each time", group: "Choice",
    help: "where the random numbers start; the same seed gives the same text",
    details: "On a terminal, a text without --seed says on standard error which seed repeats it."
  ).requiring("a --temperature above 0") { $0.temperature != 0 },
  Option(
    "--temperature", sets: \.temperature, as: .number(.atLeast(0)), absentMeans: "1", group: "Choice",
    help: "below 1 more likely text, above 1 more varied; 0 for the likeliest character always"),
  Option(
    "--top-k", sets: \.topK, as: .integer(in: counts), absentMeans: "all", group: "Choice",
    help: "sample from this number of the likeliest characters"
  ).requiring("a --temperature above 0") { $0.usesProbabilities },
  Option(
    "--top-p", sets: \.topP, as: .number(.above(0), .atMost(1)), absentMeans: "1", group: "Choice",
    help: "choose among the fewest characters that together have this share of the probability"
  ).requiring("a --temperature above 0") { $0.usesProbabilities },
  Option(
    "--min-p", sets: \.minP, as: .number(.atLeast(0), .atMost(1)), absentMeans: "0", group: "Choice",
    help: "choose among characters with this share of the likeliest one's probability"
  ).requiring("a --temperature above 0") { $0.usesProbabilities },
  Option(
    "--repetition-penalty", sets: \.repetitionPenalty, as: .number(.atLeast(0.01), .atMost(100)), absentMeans: "1",
    group: "Choice",
    help: "divide positive logits of recent characters by this, and multiply negative ones; above 1 for less repetition"
  ),
  Option(
    "--repetition-window", sets: \.repetitionWindow, as: .integer(in: counts),
    absentMeans: String(SampleOptions.defaultRepetitionWindow), group: "Choice",
    help: "number of last characters that are recent, including those of the prompt"
  ).requiring("a --repetition-penalty other than 1") { $0.repetitionPenalty != 1 },
  Option(
    "--allow", valueName: "CHARACTERS", sets: \.allowed, as: .text, group: "Choice",
    help: "generate no characters but these"),
  Option(
    "--ban", valueName: "CHARACTERS", sets: \.banned, as: .text, group: "Choice",
    help: "generate none of these characters",
    details: "The order is: --allow and --ban, penalty, temperature, top-k, top-p, min-p; each is about the "
      + "probabilities that those before it leave."),
  Option(
    "--beam", sets: \.beamWidth, as: .integer(in: 1...256), group: "Choice",
    help: "search for the likeliest text, with so many beginnings of it kept; nothing is left to chance"),
]

private let outputOptions = [
  Option("--no-echo", sets: \.omitsPrompt, group: "Output", help: "do not print the prompt")
    .requiring("a prompt") { $0.hasPrompt }
    .requiring("text, not for --show-probabilities") { !$0.showsProbabilities },
  Option(
    "--separator", sets: \.separator, as: .text, absentMeans: "a line ---, of lines a line feed", group: "Output",
    help: "separator between two texts, written literally; $'\\n' is a line feed in most shells"
  ).requiring("--count of 2 or more") { $0.count > 1 },
  Option(
    "--null", sets: \.endsWithNull, group: "Output",
    help: "end each text with a NUL byte, as xargs -0 and sort -z read them"),
  Option(
    "--show-probabilities", sets: \.showsProbabilities, group: "Output",
    help: "print a line for each generated character: itself, its probability, and the likeliest others with theirs",
    details: "Tabs separate the fields; tab, line feed and backslash are \\t, \\n and \\\\. At the temperature 0 the "
      + "probabilities are those of 1."),
  Option("--header", sets: \.hasHeader, group: "Output", help: "write the names of the columns first")
    .requiring("--show-probabilities") { $0.showsProbabilities },
]
