import CommandLineSupport
import Testing

/// Tests of options that depend on each other, in groups within the values of a tool.
@Suite struct OptionCheckTests {
  /// A group whose `leak` exists only with one connection.
  struct Part: Equatable {
    var connection = Cell.lstm { didSet { if connection != .gru { ownLeak = nil } else { ownLeak = 0.5 } } }
    private var ownLeak: Double?
    var leak: Double? {
      get { ownLeak }
      set { if ownLeak != nil { ownLeak = newValue } }
    }
  }

  struct Values: Equatable {
    var part = Part()
    var isQuiet = false
  }

  private static let partOptions: [OptionDefinition<Part>] = [
    OptionDefinition("--connection", sets: \.connection, as: .choice, group: "Model", help: "connection"),
    OptionDefinition(
      "--leak", "-l", sets: \.leak, as: .number(.above(0)), absentMeans: "chosen", requires: "--connection gru",
      group: "Model", help: "leak"),
  ]

  private let command = CommandDefinition(
    name: "tool", summary: "Tests.", operands: "", version: "0", defaults: Values(),
    options: OptionCheckTests.partOptions.within(\.part) + [
      OptionDefinition("--quiet", sets: \.isQuiet, group: "General", help: "quiet"),
      OptionDefinition("--loud", sets: \.isQuiet, to: false, group: "General", help: "loud"),
    ],
    exclusions: [OptionExclusion("--quiet", "--loud", "are opposites")], movedOptions: ["--sing": "tool-box sing"])

  private func outcome(_ arguments: [String]) throws -> (values: Values, given: GivenOptions) {
    guard case .run(let values, operands: [], let given) = try command.parse(arguments) else {
      throw UsageError.operands("no run")
    }
    return (values, given)
  }

  @Test func optionsApplyInTheOrderOfTheTable() throws {
    for arguments in [["--leak", "0.25", "--connection", "gru"], ["--connection=gru", "-l", "2.5e-1"]] {
      let (values, given) = try outcome(arguments)
      #expect(values.part.leak == 0.25 && given.names == ["--leak", "--connection"])
      #expect(command.options[1].arguments(for: values) == ["--leak", "0.25"])
    }
    #expect(try outcome(["--leak", "1", "--connection", "gru", "--leak", "2"]).values.part.leak == 2)
  }

  @Test(arguments: [
    (["--leak", "1"], "--leak is for --connection gru; give that, too"),
    (["--leak", "1", "--connection", "rnn"], "--leak is for --connection gru, not for --connection rnn"),
    (["--quiet", "--loud"], "--quiet and --loud are opposites; give one of them"),
    (["--sing", "a song"], "--sing has moved; use 'tool-box sing'"),
    (["--sing=a"], "--sing has moved; use 'tool-box sing'"),
  ])
  func anOptionWithoutEffectIsRefused(arguments: [String], sentence: String) {
    #expect {
      try command.parse(arguments)
    } throws: { error in
      (error as? UsageError)?.sentence(tool: "tool") == sentence
    }
  }

  /// Options can be checked later, against values that differ from the defaults.
  @Test func optionsMayBeAppliedLater() throws {
    guard case .run(_, operands: [], let given) = try command.parse(["--leak", "1"], checksOptions: false) else {
      Issue.record("no run")
      return
    }
    var stored = Values()
    stored.part.connection = .gru
    let values = command.applying(given, to: stored)
    #expect(values.part.leak == 1)
    try command.check(given, in: values)
    #expect(command.options[1].isGivenInVain(given, in: Values()))
  }

  @Test func openOptionsAreListedWhenTheyAreDecided() throws {
    var values = Values()
    values.part.connection = .gru
    let options = Self.partOptions.within(\Values.part)
    #expect(options.arguments(for: values, defaults: Values(), decided: []) == ["--connection", "gru"])
    #expect(
      options.arguments(for: values, defaults: Values(), decided: ["--leak"]) == [
        "--connection", "gru", "--leak", "0.5",
      ])
    #expect(command.helpText(width: 100).contains("leak (default: chosen)"))
    #expect(!options[1].withFixedDefault.isOpen)
  }
}
