import CommandLineSupport
import Testing

@testable import lstm_export
@testable import lstm_inspect
@testable import lstm_sample
@testable import lstm_score
@testable import lstm_study
@testable import lstm_train

/// Tests of options that have no effect in combination with others.
struct IdleOptionTests {
  /// For each option of a training run, arguments with which it has no effect.
  private static let training: [String: [String]] = [
    "--preset": ["--preset", "small", "--hidden", "9", "--layers", "3"], "--epochs": ["--epochs", "1", "--steps", "0"],
    "--patience": ["--patience", "1", "--steps", "0"], "--max-time": ["--max-time", "1s", "--steps", "0"],
    "--gru-reset": ["--gru-reset", "after"], "--forget-gate": ["--cell", "gru", "--forget-gate", "on"],
    "--peepholes": ["--cell", "rnn", "--peepholes"], "--activation": ["--activation", "tanh"], "--tie": ["--tie"],
    "--connection": ["--layers", "1", "--connection", "gated"],
    "--leak": ["--layers", "2", "--connection", "gated", "--leak", "0.5"],
    "--forget-bias": ["--cell", "gru", "--forget-bias", "1"], "--init": ["--init-from", "a.bin", "--init", "identity"],
    "--output-bias": ["--init-from", "a.bin", "--output-bias", "zero"],
    "--invalid": ["--unit", "byte", "--invalid", "skip"], "--beta1": ["--optimizer", "sgd", "--beta1", "0.5"],
    "--beta2": ["--optimizer", "rmsprop", "--beta2", "0.5"], "--epsilon": ["--optimizer", "sgd", "--epsilon", "1"],
    "--momentum": ["--momentum", "0.9"], "--rmsprop-decay": ["--rmsprop-decay", "0.9"],
    "--schedule": ["--schedule", "plateau", "--val-fraction", "0"], "--decay-rate": ["--decay-rate", "0.5"],
    "--decay-every": ["--schedule", "cosine", "--decay-every", "3"],
    "--decay-after": ["--schedule", "plateau", "--decay-after", "3"],
    "--decay-steps": ["--schedule", "plateau", "--decay-steps", "5"], "--dropout-mask": ["--dropout-mask", "sequence"],
    "--val-fraction": ["--lines", "--val-lines", "9", "--val-fraction", "0.2"],
    "--val-every": ["--val-fraction", "0", "--val-every", "5"], "--split": ["--lines", "--split", "tail"],
    "--null": ["--null"], "--val-lines": ["--val-lines", "9"], "--vocabulary": ["--vocabulary", "corpus"],
    "--sample-length": ["--sample-length", "9"],
  ]

  private static let sampling: [String: [String]] = [
    "--unknown": ["--unknown", "skip"], "--seed": ["--temperature", "0", "--seed", "1"],
    "--top-k": ["--temperature", "0", "--top-k", "3"], "--top-p": ["--temperature", "0", "--top-p", "0.3"],
    "--min-p": ["--temperature", "0", "--min-p", "0.3"],
    "--repetition-window": ["--repetition-penalty", "1", "--repetition-window", "3"], "--no-echo": ["--no-echo"],
    "--separator": ["--separator", "x"], "--best": ["--best", "2"], "--header": ["--header"],
    "--mix": ["--mix", "1,2"],
    "--adapt": ["--adapt", "auto"], "--adapt-length": ["--adapt-length", "9"],
  ]

  /// Options that always have an effect. A new option must be listed here or have a condition and a case above.
  private static let unconditional: Set = [
    "--steps", "--cell", "--hidden", "--layers", "--embedding", "--layer-norm", "--unit", "--max-vocabulary",
    "--min-count", "--allow-unknown",
    "--batch-size", "--shards", "--seq-length", "--optimizer", "--learning-rate", "--weight-decay", "--warmup",
    "--average", "--list", "--collect",
    "--clip", "--seed", "--dropout",
    "--input-dropout", "--recurrent-dropout", "--state-reset", "--label-smoothing",
    "--temporal-regularization",
    "--lines", "--test-fraction", "--log-every", "--val-file", "--test-file", "--baselines", "--checkpoint",
    "--checkpoint-every", "--keep", "--log", "--plot", "--gradient-flow-every", "--json-log", "--resume", "--continue",
    "--init-from", "--stop-after", "--dry-run", "--sample-every", "--threads", "--progress", "--quiet", "--prime",
    "--prime-file", "--length", "--stop", "--count", "--interactive", "--temperature", "--repetition-penalty",
    "--allow", "--ban", "--beam", "--null", "--show-probabilities", "--streams", "--with", "--json", "--per-line",
    "--per-record", "--per-character", "--requests", "--scores", "--files-from", "--seeds", "--variants", "--rates",
    "--from", "--output", "--records", "--print-records",
    // Without these options, their tools refuse the others.
    "--curve", "--columns", "--x", "--log-x", "--log-y", "--gradient-flow", "--lags", "--positions",
    "--activations", "--page", "--histograms", "--force-gate",
  ]

  private func check<Values>(_ command: CommandDefinition<Values>, _ cases: [String: [String]]) throws {
    for option in command.options.except("--help", "--version", "--completions", "--manual") {
      let name = option.names[0]
      guard option.requirement != nil else {
        // These options have a condition in other tools.
        #expect(
          Self.unconditional.union(["--init", "--output-bias", "--invalid", "--unknown", "--overwrite", "--adapt"])
            .contains(name),
          "\(command.name) \(name)")
        continue
      }
      // These options depend on a file, and have a separate test below.
      guard !["--overwrite", "--init-from"].contains(name) else { continue }
      let arguments = try #require(cases[name], "\(command.name) \(name)")
      guard case .run(let values, _, let given) = try command.parse(arguments, checksOptions: false) else { continue }
      do {
        try command.check(given, in: values)
        let notices = command.options.notices(about: given, in: values)
        #expect(notices.contains { $0.hasPrefix("\(name) ") && $0.contains(" has no effect: it is for ") }, "\(name)")
      } catch {
        #expect(error.sentence(tool: command.name).hasPrefix("\(name) is for "), "\(error)")
      }
    }
  }

  @Test func everyOptionHasAnEffectOrANotice() throws {
    try check(trainCommand, Self.training)
    try check(sampleCommand, Self.sampling)
    try check(
      scoreCommand,
      [
        "--header": ["--header"], "--mix": ["--mix", "1,2"], "--adapt-length": ["--adapt-length", "9"],
        "--null": ["--null"],
      ])
    try check(exportCommand, ["--weights": ["--weights", "int8", "--page", "page.html"]])
    try check(inspectCommand, ["--units": ["--activations", "text.txt", "--units", "0:1"]])
    try check(optionsCommand, Self.training)
    try check(learningRateCommand, Self.training)
    try check(gradientsCommand, Self.training)
    try check(overfitCommand, Self.training)
    try check(
      memoryCommand,
      Dictionary(
        uniqueKeysWithValues: memoryCommand.options.filter { $0.requirement != nil }.map {
          ($0.names[0], ["--print-records", "5"] + example(of: $0))
        }))
  }

  private func example<Values>(of option: OptionDefinition<Values>) -> [String] {
    guard let value = option.value else { return [option.names[0]] }
    return [option.names[0], value.choices.first ?? (option.names[0] == "--chunks" ? "half" : "9")]
  }

  @Test func notices() throws {
    let folder = try WorkFolder()
    let arguments = ["--cell", "gru", "--forget-bias", "1", "--momentum", "0.9"] + ["--steps", "4", "--hidden", "4"]
    let lines = try folder.run(.train, arguments + ["text.txt"], writing: TinyTraining.text).expectSuccess().errorLines
    #expect(
      lines.filter { $0.contains("has no effect") } == [
        "lstm-train: notice: --forget-bias 1 has no effect: it is for --cell lstm",
        "lstm-train: notice: --momentum 0.9 has no effect: it is for --optimizer sgd",
      ])
    // The resumed command line does not repeat the stored options.
    let reason = "has no effect: it is for a new run, not for one that is resumed"
    for (steps, options, idle) in [
      ("5", ["--resume", "checkpoint.last.bin"], ["--overwrite"]),
      ("6", ["--continue", "--init-from", "checkpoint.bin"], ["--overwrite", "--init-from checkpoint.bin"]),
    ] {
      let resumed = try folder.run(.train, options + ["--steps", steps, "--overwrite", "text.txt"]).expectSuccess()
      #expect(
        resumed.errorLines.filter { $0.contains("has no effect") } == idle.map { "lstm-train: notice: \($0) \(reason)" }
      )
    }
    let outcome = try folder.run(.sample, ["--no-echo", "-n", "9", "--temperature", "0", "checkpoint.bin"])
    #expect(outcome.error == "lstm-sample: notice: --no-echo has no effect: it is for a prompt\n")
    let header = ["--header", "checkpoint.bin", "text.txt"]
    #expect(
      try folder.run(.score, header).error
        == "lstm-score: notice: --header has no effect: it is for --per-line, --per-record or --per-character\n")
    #expect(try folder.run(.score, ["--quiet"] + header).error == "")
    #expect(
      try folder.run(.bench, ["loading", "--seconds", "0.001", "--loading-size", "1", "--layers", "3"]).error
        == "lstm-bench: notice: --layers 3 has no effect: it is for kernels, training and generation\n")
    #expect(
      try folder.run(.study, ["memory", "--print-records", "5", "--hidden", "9"]).error
        == "lstm-study: notice: --hidden 9 has no effect: it is for a study, not for --print-records\n")
  }

  /// A common option has an effect if it has one on any model, and an option of a variant if it has one on that
  /// variant.
  @Test func noticesOfStudies() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let run = [
      "--hidden", "4", "--layers", "1", "--batch-size", "4", "--seq-length", "8", "--steps", "1", "--seeds", "1",
    ]
    func notices(_ arguments: [String]) throws -> [String] {
      try folder.run(.study, arguments + run + ["text.txt"]).expectSuccess().errorLines.filter {
        $0.contains("has no effect")
      }
    }
    let start = "lstm-study: notice: "
    let bias = "--forget-bias 1 has no effect: it is for --cell lstm"
    #expect(try notices(["compare", "--cells", "gru,rnn", "--forget-bias", "1"]) == [start + bias])
    #expect(try notices(["compare", "--cells", "gru,lstm", "--forget-bias", "1"]) == [])
    let variants = ["options", "--rates", "0.01", "--variants"]
    #expect(
      try notices(variants + ["gru --forget-bias 1; lstm", "--momentum", "0.9"]) == [
        "\(start)variant 'gru --forget-bias 1': \(bias)",
        "\(start)--momentum 0.9 has no effect: it is for --optimizer sgd",
      ])
    #expect(try notices(variants + ["gru; lstm", "--forget-bias", "1"]) == [])
  }
}
