import CommandLineSupport
import Testing

@Suite struct ParseTests {
  private func values(_ arguments: String...) throws -> SampleValues {
    let outcome = try sampleCommand.parse(arguments)
    guard case .run(let values, operands: [], _) = outcome else {
      throw UnexpectedOutcome(outcome: "\(outcome)")
    }
    return values
  }

  private struct UnexpectedOutcome: Error {
    let outcome: String
  }

  private func sentence(_ arguments: String...) -> String? {
    do {
      _ = try sampleCommand.parse(arguments)
      return nil
    } catch {
      return error.sentence(tool: sampleCommand.name)
    }
  }

  @Test func aRepeatableOptionKeepsAllItsValues() throws {
    #expect(try values("--with", "2", "-w", "1", "--with=2").others == [2, 1, 2])
    #expect(sentence("--with", "2", "--with", "10") == "--with takes a whole number from 1 to 9, not '10'")
  }

  @Test func noArgumentsGiveTheDefaults() throws {
    #expect(try sampleCommand.parse([]) == .run(SampleValues(), operands: [], given: GivenOptions()))
  }

  @Test func everyOptionSetsItsOwnPropertyUnderEveryName() throws {
    let examples: [String: (text: String, change: (inout SampleValues) -> Void)] = [
      "--cell": ("gru", { $0.cell = .gru }),
      "--hidden": ("65536", { $0.hiddenSize = 65536 }),
      "--connection": ("rnn", { $0.connection = .rnn }),
      "--learning-rate": ("1e-3", { $0.learningRate = 0.001 }),
      "--dropout": ("0.25", { $0.dropout = 0.25 }),
      "--clip": ("1", { $0.clip = 1 }),
      "--offset": ("-5", { $0.offset = -5 }),
      "--seed": ("18446744073709551615", { $0.seed = .max }),
      "--checkpoint": ("a=b.bin", { $0.checkpoint = "a=b.bin" }),
      "--init-from": ("-", { $0.initialFile = "-" }),
      "--with": ("7", { $0.others = [7] }),
      "--prime": ("\u{301}e\n", { $0.prime = "\u{301}e\n" }),
      "--quiet": ("", { $0.isQuiet = true }),
      "--no-checkpoints": ("", { $0.usesCheckpoints = false }),
    ]
    let general = ["--version", "--completions", "--manual"]
    for option in sampleCommand.options where option.names != ["--help", "-h"] && !general.contains(option.names[0]) {
      let example = try #require(examples[option.names[0]])
      var expected = SampleValues()
      example.change(&expected)
      #expect(expected != SampleValues())
      for name in option.names {
        if option.value == nil {
          #expect(try values(name) == expected)
        } else {
          #expect(try values(name, example.text) == expected)
          #expect(try values(name + "=" + example.text) == expected)
        }
      }
    }
  }

  @Test func theLastOfSeveralWins() throws {
    #expect(try values("--hidden", "1", "--rnn-size=2", "--hidden", "3").hiddenSize == 3)
    #expect(try values("--prime", "a", "--prime=").prime == "")
  }

  @Test func anOptionAlwaysTakesTheNextArgument() throws {
    #expect(try values("--offset", "-1").offset == -1)
    #expect(try values("--prime", "--quiet").prime == "--quiet")
    #expect(try values("--prime", "--").prime == "--")
    #expect(try values("--prime", "--help").prime == "--help")
  }

  @Test func operandsMayBeAnywhere() throws {
    let outcome = try sampleCommand.parse(["a", "--quiet", "-", "", "--", "--quiet", "--", "-x"])
    guard case .run(let values, let operands, let given) = outcome else {
      throw UnexpectedOutcome(outcome: "\(outcome)")
    }
    #expect(values.isQuiet && given.names == ["--quiet"])
    #expect(operands == ["a", "-", "", "--quiet", "--", "-x"])
  }

  @Test func helpAndVersionAreBuiltIn() throws {
    #expect(try sampleCommand.parse(["--help"]) == .help)
    #expect(try sampleCommand.parse(["corpus.txt", "--hidden", "9", "-h"]) == .shortHelp)
    #expect(try sampleCommand.parse(["-h", "--rnn-size", "no number"]) == .helpOn("--rnn-size"))
    #expect(try sampleCommand.parse(["--help=s"]) == .helpOn("-s"))
    #expect(try sampleCommand.parse(["--completions", "fish"]) == .completions(.fish))
    #expect(try sampleCommand.parse(["--manual", "--nonsense"]) == .manual)
    #expect(try sampleCommand.parse(["--version", "--help"]) == .version)
    #expect(
      try sampleCommand.parse(["--", "--help"])
        == .run(SampleValues(), operands: ["--help"], given: GivenOptions()))
    #expect(sampleCommand.versionText == "lstm-train 1.2.3\n")
  }

  @Test func errorsCarryTheOptionAsTyped() {
    #expect(throws: UsageError.unknownOption("--hiden", nearest: "--hidden")) {
      try sampleCommand.parse(["--hiden=5"])
    }
    #expect(
      throws: UsageError.invalidValue(option: "--rnn-size", value: "x", allowed: "a whole number from 1 to 65536")
    ) {
      try sampleCommand.parse(["--rnn-size", "x"])
    }
    #expect(throws: UsageError.missingValue(option: "-o", allowed: "a file name")) {
      try sampleCommand.parse(["-o"])
    }
    #expect(throws: UsageError.unexpectedValue(option: "-q", value: "1")) {
      try sampleCommand.parse(["-q=1"])
    }
  }

  @Test(arguments: [
    ("--hiden", "unknown option '--hiden'; did you mean '--hidden'?"),
    ("--hdiden", "unknown option '--hdiden'; did you mean '--hidden'?"),
    ("-hidden", "unknown option '-hidden'; did you mean '--hidden'?"),
    ("--rnnsize=7", "unknown option '--rnnsize'; did you mean '--rnn-size'?"),
    ("--learn", "unknown option '--learn'; did you mean '--learning-rate'?"),
    ("--learning_rate", "unknown option '--learning_rate'; did you mean '--learning-rate'?"),
    ("--halp", "unknown option '--halp'; did you mean '--help'?"),
    ("--zzz", "unknown option '--zzz'; see 'lstm-train --help'"),
    ("-x", "unknown option '-x'; see 'lstm-train --help'"),
    ("-5", "unknown option '-5'; see 'lstm-train --help'"),
    ("--=x", "unknown option '--'; see 'lstm-train --help'"),
  ]) func unknownOptions(argument: String, expected: String) {
    #expect(sentence(argument) == expected)
  }

  @Test func aHugeUnknownOptionIsAnsweredToo() {
    let name = "--" + String(repeating: "hidden", count: 100_000)
    #expect(sentence(name) == "unknown option '\(name)'; see 'lstm-train --help'")
  }

  @Test(arguments: ["--version=2", "--quiet=", "--no-checkpoints=1"])
  func aFlagTakesNoValue(argument: String) {
    let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
    #expect(sentence(argument) == "\(parts[0]) takes no value, but was given '\(parts[1])'")
  }

  @Test func everyOptionWithAValueMissesIt() {
    for option in sampleCommand.options {
      for name in option.names {
        #expect(sentence("x", name) == option.value.map { "\(name) needs a value: \($0.allowed)" })
      }
    }
  }

  @Test(arguments: [
    "", " 5", "5 ", "+5", "5.0", "1_000", "1,000", "0x10", "1e3", "abc", "0", "65537", "-1", "٣", "5\n",
    "99999999999999999999999",
  ]) func wholeNumbersArePlainAndInRange(text: String) {
    #expect(sentence("--hidden", text) == "--hidden takes a whole number from 1 to 65536, not '\(text)'")
  }

  @Test(arguments: [
    "", " 1", "1 ", "nan", "inf", "-inf", "0x1p3", "1e999", "-1e999", "1,5", "one", "0", "-1", "e", ".",
  ])
  func numbersAreDecimalFiniteAndInRange(text: String) {
    #expect(sentence("--learning-rate", text) == "--learning-rate takes a number above 0, not '\(text)'")
  }

  @Test func halfOpenBounds() throws {
    #expect(try values("--dropout", "0").dropout == 0)
    #expect(try values("--dropout", "0.999").dropout == 0.999)
    #expect(sentence("--dropout=1") == "--dropout takes a number from 0 to below 1, not '1'")
    #expect(sentence("--dropout=-1e-9") == "--dropout takes a number from 0 to below 1, not '-1e-9'")
  }

  @Test func otherValuesThatAreNotAllowed() {
    #expect(sentence("--cell", "LSTM") == "--cell takes lstm, gru or rnn, not 'LSTM'")
    #expect(sentence("--cell=") == "--cell takes lstm, gru or rnn, not ''")
    #expect(sentence("-o", "") == "-o takes a file name, not ''")
    #expect(
      sentence("-s=18446744073709551616")
        == "-s takes a whole number from 0 to 18446744073709551615, not '18446744073709551616'")
  }

  @Test func boundsAsSentences() {
    func allowed(_ lower: LowerBound, _ upper: UpperBound) -> String {
      ValueFormat<Double>.number(lower, upper).syntax.allowed
    }
    #expect(allowed(.unbounded, .unbounded) == "a number")
    #expect(allowed(.unbounded, .atMost(1)) == "a number up to 1")
    #expect(allowed(.unbounded, .below(1.5)) == "a number below 1.5")
    #expect(allowed(.atLeast(0), .unbounded) == "a number from 0 up")
    #expect(allowed(.atLeast(0), .atMost(1)) == "a number from 0 to 1")
    #expect(allowed(.above(0), .atMost(1)) == "a number above 0 up to 1")
    #expect(allowed(.above(0), .below(1)) == "a number above 0 and below 1")
  }

  @Test func boundsAreOpenOrClosedAsTheySay() {
    func accepted(_ lower: LowerBound, _ upper: UpperBound) -> [String] {
      let command = CommandDefinition(
        name: "t", summary: "Tests.", operands: "", version: "0", defaults: SampleValues(),
        options: [
          OptionDefinition("--x", sets: \.dropout, as: .number(lower, upper), group: "General", help: "number")
        ])
      return ["-1e300", "0", "5e-324", "0.5", "1", "1.0000000000000002", "1e300"].filter {
        (try? command.parse(["--x", $0])) != nil
      }
    }
    #expect(accepted(.atLeast(0), .atMost(1)) == ["0", "5e-324", "0.5", "1"])
    #expect(accepted(.above(0), .below(1)) == ["5e-324", "0.5"])
    #expect(accepted(.above(0), .unbounded) == ["5e-324", "0.5", "1", "1.0000000000000002", "1e300"])
    #expect(accepted(.unbounded, .atMost(1)) == ["-1e300", "0", "5e-324", "0.5", "1"])
    #expect(accepted(.unbounded, .unbounded).count == 7)
  }

  @Test func sentencesOfTheToolsThemselves() {
    #expect(UsageError.operands("name a corpus").sentence(tool: "t") == "name a corpus")
    #expect(
      UsageError.conflict("--a and --b exclude each other").sentence(tool: "t") == "--a and --b exclude each other")
  }

  @Test func listsHaveCommasBetween() throws {
    struct Lists: Equatable {
      var cells: [Cell] = []
      var shares = [0.5]
    }
    let command = CommandDefinition(
      name: "tool", summary: "", operands: "", version: "1", defaults: Lists(),
      options: [
        OptionDefinition("--cells", sets: \.cells, as: .list(of: .choice), group: "A", help: "cells"),
        OptionDefinition(
          "--shares", sets: \.shares, as: .list(of: .number(.above(0), .atMost(1))), group: "A", help: "shares"),
      ])
    let outcome = try command.parse(["--cells", "gru,lstm", "--shares=1"])
    guard case .run(let lists, operands: [], _) = outcome else {
      throw UnexpectedOutcome(outcome: "\(outcome)")
    }
    #expect(lists == Lists(cells: [.gru, .lstm], shares: [1]))
    #expect(command.options[0].arguments(for: lists) == ["--cells", "gru,lstm"])
    #expect(command.options[0].arguments(for: Lists()) == [])
    #expect(command.helpText(width: 80).contains("0.5)"))
    for wrong in ["", ",", "lstm,", "lstm,,gru", "lstm,tree", "lstm gru", "LSTM"] {
      #expect(
        throws: UsageError.invalidValue(
          option: "--cells", value: wrong, allowed: "lstm, gru or rnn, or several with commas between")
      ) { try command.parse(["--cells", wrong]) }
    }
  }
}
