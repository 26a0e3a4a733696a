import CommandLineSupport
import Foundation
import RecurrentEngine
import Testing

@testable import lstm_bench
@testable import lstm_export
@testable import lstm_inspect
@testable import lstm_sample
@testable import lstm_score
@testable import lstm_study
@testable import lstm_train

/// Tests of every option of the tables, through the tools.
struct OptionTests {
  /// An option under one of its names, and its value syntax.
  struct Case: CustomStringConvertible {
    var tool: BuiltTool
    /// The command of the tool, or nil if the tool has no commands.
    var command: String?
    var name: String
    /// The first name of the option.
    var primaryName: String
    var value: ValueSyntax?
    /// The arguments before the option.
    var words: [String] { command.map { [$0] } ?? [] }
    var description: String { ([tool.rawValue] + words + [name]).joined(separator: " ") }
  }

  static let cases =
    cases(of: trainCommand, .train) + cases(of: sampleCommand, .sample) + cases(of: scoreCommand, .score)
    + cases(of: exportCommand, .export) + cases(of: inspectCommand, .inspect)
    + cases(of: benchCommand, .bench) + cases(of: compareCommand, .study) + cases(of: optionsCommand, .study)
    + cases(of: learningRateCommand, .study) + cases(of: memoryCommand, .study)
    + cases(of: gradientsCommand, .study) + cases(of: overfitCommand, .study)
    + cases(of: verifyCommand, .study)

  private static func cases<Values>(of command: CommandDefinition<Values>, _ tool: BuiltTool) -> [Case] {
    let word = command.name.split(separator: " ").dropFirst().last.map(String.init)
    return command.options.flatMap { option in
      option.names.map {
        Case(tool: tool, command: word, name: $0, primaryName: option.names[0], value: option.value)
      }
    }
  }

  @Test func everyOptionRefusesAWrongValue() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    for option in Self.cases {
      // The argument after --help is the name of an option.
      if option.primaryName == "--help" { continue }
      guard let value = option.value else {
        try folder.run(option.tool, option.words + ["\(option.name)=yes", "text.txt"]).expect(
          status: 64, error: "\(option.tool.rawValue): \(option.name) takes no value, but was given 'yes'\n")
        continue
      }
      try folder.run(option.tool, option.words + ["text.txt", option.name]).expect(
        status: 64, error: "\(option.tool.rawValue): \(option.name) needs a value: \(value.allowed)\n")
      for wrong in Self.wrongValues(for: value) {
        try folder.run(option.tool, option.words + [option.name, wrong, "text.txt"]).expect(
          status: 64, error: "\(option.tool.rawValue): \(option.name) takes \(value.allowed), not '\(wrong)'\n")
      }
    }
    #expect(try folder.names() == ["text.txt"])
  }

  /// Returns a value of the wrong kind and one that is nearly right; no text is a wrong value.
  private static func wrongValues(for value: ValueSyntax) -> [String] {
    if value.isPath { return [""] }
    return switch value.name {
    case "TEXT", "CHARACTERS": []
    case "N": ["many", "-1"]
    case "NAME", "NAME,...": ["nonsense", value.choices.first.map { $0.uppercased() } ?? ""]
    case "VARIANTS": ["", " ; "]
    case "SEPARATOR": ["", String(repeating: "x", count: 255)]
    default: ["much", "nan"]
    }
  }

  @Test(arguments: [
    ["--hidden", "0", "a whole number from 1 to 16777216"],
    ["--layers", "1025", "a whole number from 1 to 1024"],
    ["--val-fraction", "1", "a number from 0 to below 1"],
    ["--learning-rate", "0", "a number above 0"],
    ["--forget-bias", "1e300", "a number from -100 to 100"],
    ["--epsilon", "1e-300", "a number from 1e-30 up"],
    ["--seed", "18446744073709551616", "a whole number from 0 to 18446744073709551615"],
    ["--dropout", "1", "a number from 0 to below 1"],
    ["--dropout", "-0.1", "a number from 0 to below 1"],
    ["--dropout-mask", "word", "step or sequence"],
    ["--connection", "dense", "plain, residual, leaky, highway or gated"],
    ["--leak", "0", "a number above 0 up to 1"],
    ["--input-dropout", "1", "a number from 0 to below 1"],
    ["--recurrent-dropout", "1.5", "a number from 0 to below 1"],
    ["--state-reset", "1", "a number from 0 to below 1"],
    ["--label-smoothing", "1", "a number from 0 to below 1"],
    ["--temporal-regularization", "2e6", "a number from 0 to 1000000"],
    ["--steps", "1.5", "a whole number from 0 to 2147483647"],
  ])
  func boundsAreNamed(option: [String]) throws {
    let folder = try WorkFolder()
    try folder.train(Array(option.prefix(2))).expect(
      status: 64, error: "lstm-train: \(option[0]) takes \(option[2]), not '\(option[1])'\n")
  }

  @Test func unknownOptions() throws {
    let folder = try WorkFolder()
    try folder.train("--hiden", "3").expect(
      status: 64, error: "lstm-train: unknown option '--hiden'; did you mean '--hidden'?\n")
    try folder.train("--xyzzy").expect(
      status: 64, error: "lstm-train: unknown option '--xyzzy'; see 'lstm-train --help'\n")
    // Word processors and web pages replace two hyphens by a dash. A file name may still begin with one.
    for dash in ["–", "—", "––"] {
      for argument in ["\(dash)hidden", "\(dash)hidden=3"] {
        try folder.train(argument).expect(
          status: 64, error: "lstm-train: unknown option '\(dash)hidden'; did you mean '--hidden'?\n")
      }
      #expect(try folder.train("\(dash) notes.txt").status == 66)
      #expect(try folder.train("--", "\(dash)hidden").status == 66)
    }
    try folder.run(.sample, ["--temprature", "1"]).expect(
      status: 64, error: "lstm-sample: unknown option '--temprature'; did you mean '--temperature'?\n")
  }

  @Test func operands() throws {
    let folder = try WorkFolder()
    try folder.run(.train, []).expect(
      status: 64, error: "lstm-train: give at least one text file, or - for standard input\n")
    try folder.run(.train, [""]).expect(
      status: 64, error: "lstm-train: the name of a text file is empty; give its path\n")
    for operands in [[], [""], ["one.bin", "two.bin"]] {
      try folder.run(.sample, operands).expect(
        status: 64, error: "lstm-sample: give one checkpoint that lstm-train wrote\n")
    }
  }

  @Test(arguments: [
    (["--gru-reset", "after"], "gru"), (["--forget-gate", "on"], "lstm"), (["--forget-gate", "coupled"], "lstm"),
    (["--activation", "tanh"], "rnn"), (["--activation", "relu"], "rnn"),
    (["--peepholes"], "lstm"),
  ])
  func aVariantIsOfOneCell(variant: [String], owner: String) throws {
    let folder = try WorkFolder()
    for cell in RecurrentCell.Kind.allCases.map(\.rawValue) where cell != owner {
      try folder.train(["--cell", cell] + variant).expect(
        status: 64, error: "lstm-train: \(variant[0]) is for --cell \(owner), not for --cell \(cell)\n")
    }
  }

  @Test(arguments: ["off", "coupled"])
  func whatIsNoForgetGateHasNoBias(gate: String) throws {
    let folder = try WorkFolder()
    try folder.train("--forget-gate", gate, "--forget-bias", "1").expect(
      status: 64,
      error: "lstm-train: --forget-bias is for --forget-gate on, not for --forget-gate \(gate)\n")
  }

  @Test func connectionsAreBetweenLayers() throws {
    let folder = try WorkFolder()
    for one in [["--layers", "1"], ["--layers", "1", "--preset", "small"]] {
      try folder.train(one + ["--connection", "residual"]).expect(
        status: 64, error: "lstm-train: --connection is for --layers 2 or more, not for --layers 1\n")
    }
    try folder.run(.train, ["--preset", "tiny", "--connection", "residual", "text.txt"]).expect(
      status: 64, error: "lstm-train: --connection is for --layers 2 or more; give that, too\n")
    try folder.train("--layers", "2", "--leak", "0.5").expect(
      status: 64, error: "lstm-train: --leak is for --connection leaky; give that, too\n")
    for other in ["plain", "residual", "highway", "gated"] {
      try folder.train("--layers", "2", "--connection", other, "--leak", "0.5").expect(
        status: 64, error: "lstm-train: --leak is for --connection leaky, not for --connection \(other)\n")
    }
  }

  @Test(arguments: [
    ([], "; give that, too"), (["--embedding", "9"], ", not for --embedding 9"),
    (["--embedding", "0"], ", not for --embedding 0"),
  ])
  func tiedEmbeddingsHaveTheSizeOfTheHiddenState(options: [String], reason: String) throws {
    let folder = try WorkFolder()
    try folder.train(["--tie"] + options).expect(
      status: 64, error: "lstm-train: --tie is for --embedding with the size of --hidden\(reason)\n")
  }

  @Test(arguments: [
    ["--hidden", "4000000"], ["--batch-size", "900000000"], ["--seq-length", "2000000000"],
    ["--embedding", "16000000", "--hidden", "16000"],
  ])
  func moreMemoryThanThereIs(option: [String]) throws {
    let folder = try WorkFolder()
    let outcome = try folder.train(option)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    // The error comes before the text is read or memory allocated.
    let pattern = try Regex(
      "lstm-train: training needs at least [0-9.]+ [TPE]B of memory, and [0-9.]+ [kMGT]?B are available; "
        + "lower --hidden, --layers, --batch-size or --seq-length\n")
    #expect(outcome.error.wholeMatch(of: pattern) != nil, "\(outcome.error)")
    #expect(try folder.names() == ["text.txt"])
  }

  @Test func help() throws {
    let folder = try WorkFolder()
    for tool in BuiltTool.products {
      let outcome = try folder.run(tool, ["--help"])
      #expect(outcome.status == 0)
      #expect(outcome.error.isEmpty)
      let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.first?.hasPrefix("Usage: \(tool.rawValue) [options] ") == true)
      #expect(lines.allSatisfy { $0.count <= 80 })
      let words = Set(lines.filter { $0.hasPrefix("  -") }.flatMap { $0.split { " ,".contains($0) } })
      for option in Self.cases where option.tool == tool {
        #expect(words.contains(option.name[...]), "\(option)")
      }
      for topic in ["--nonsense", "nonsense"] {
        try folder.run(tool, ["-h", topic]).expect(
          status: 64, error: "\(tool.rawValue): unknown option '\(topic)'; see '\(tool.rawValue) --help'\n")
      }
    }
    for topic in ["--hiden", "hiden", "hidden_dim"] {
      try folder.run(.train, ["--help", topic]).expect(
        status: 64, error: "lstm-train: unknown option '\(topic)'; did you mean '--hidden'?\n")
    }
    #expect(try folder.run(.bench, ["--help", "training"]).expectSuccess().output.hasPrefix("Usage: lstm-bench "))
  }

  /// Names of options in other tools.
  @Test(arguments: [
    (BuiltTool.train, ["--lr", "--LR", "-learning_rate", "--learningrate"], "--learning-rate"),
    (.train, ["--lr-schedule", "--lr_scheduler", "--scheduler"], "--schedule"),
    (.train, ["--bs", "--batch", "--batch_size"], "--batch-size"),
    (.train, ["--num-epochs", "--n_epochs"], "--epochs"),
    (.train, ["--max-steps", "--iters"], "--steps"), (.train, ["--hidden-dim", "--nhid", "--n_embd"], "--hidden"),
    (.train, ["--seq-len", "--bptt"], "--seq-length"), (.train, ["--wd"], "--weight-decay"),
    (.train, ["--output"], "--checkpoint"), (.sample, ["--temp", "-t"], "--temperature"),
    (.sample, ["--prompt", "--start"], "--prime"), (.sample, ["--max-new-tokens", "--max_tokens"], "--length"),
    (.sample, ["--num-samples"], "--count"), (.score, ["--batch-size"], "--streams"), (.score, ["--lr"], "--adapt"),
  ])
  func namesOfOtherToolsAreSuggestions(tool: BuiltTool, names: [String], option: String) throws {
    for name in names {
      try WorkFolder().run(tool, [name, "1"]).expect(
        status: 64, error: "\(tool.rawValue): unknown option '\(name)'; did you mean '\(option)'?\n")
    }
  }

  @Test func version() throws {
    let folder = try WorkFolder()
    try folder.run(.train, ["--version"]).expect(status: 0, output: "\(trainCommand.versionText)", error: "")
    try folder.run(.sample, ["--version"]).expect(status: 0, output: "\(sampleCommand.versionText)", error: "")
    try folder.run(.score, ["--version"]).expect(status: 0, output: "\(scoreCommand.versionText)", error: "")
    try folder.run(.export, ["--version"]).expect(status: 0, output: "\(exportCommand.versionText)", error: "")
    try folder.run(.inspect, ["--version"]).expect(status: 0, output: "\(inspectCommand.versionText)", error: "")
    try folder.run(.bench, ["--version"]).expect(status: 0, output: "\(benchCommand.versionText)", error: "")
    #expect(trainCommand.versionText.wholeMatch(of: /lstm-train [0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
  }
}
