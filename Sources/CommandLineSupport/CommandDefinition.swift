/// A tool as its user meets it: what it is called, what it takes and what it says about itself.
public struct CommandDefinition<Values: Sendable>: Sendable {
  public let name: String
  /// One line that says what the tool does.
  public let summary: String
  /// The operands in the usage line, such as `corpus.txt ...`; empty where there are none.
  public let operands: String
  /// What shells complete operands with, where not every file may be one.
  public let operandChoices: [String]
  public let version: String
  /// What the tool runs with when no option is given.
  public let defaults: Values
  /// The tool's own options, then those that every tool has.
  public let options: [OptionDefinition<Values>]
  /// Options that cannot be given together.
  public let exclusions: [OptionExclusion]
  /// Options that the tool no longer has, each with the command that took its place.
  public let movedOptions: [String: String]
  /// Whole command lines for a shell, of which help breaks those that are wider than the window.
  public let examples: [String]

  public init(
    name: String,
    summary: String,
    operands: String,
    operandChoices: [String] = [],
    version: String,
    defaults: Values,
    options: [OptionDefinition<Values>],
    exclusions: [OptionExclusion] = [],
    movedOptions: [String: String] = [:],
    examples: [String] = []
  ) {
    self.name = name
    self.summary = summary
    self.operands = operands
    self.operandChoices = operandChoices
    self.version = version
    self.defaults = defaults
    self.options = options + OptionDefinition.general
    self.exclusions = exclusions
    self.movedOptions = movedOptions
    self.examples = examples
  }

  /// The answer to `--version`, with its line feed.
  public var versionText: String { "\(name) \(version)\n" }
}
