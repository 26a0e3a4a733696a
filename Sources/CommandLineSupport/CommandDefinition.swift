/// The user interface of a tool: its name, arguments and descriptions.
public struct CommandDefinition<Values: Sendable>: Sendable {
  public let name: String
  /// A one-line description of the tool.
  public let summary: String
  /// The operands in the usage line, such as `corpus.txt ...`; empty if there are none.
  public let operands: String
  /// Operands that shells complete, if there is a fixed choice; empty to complete file names.
  public let operandChoices: [String]
  public let version: String
  /// The values of a run without options.
  public let defaults: Values
  /// The tool's options, followed by those that every tool has.
  public let options: [OptionDefinition<Values>]
  /// Options that cannot be given together.
  public let exclusions: [OptionExclusion]
  /// Options that the tool no longer has, each with the command that replaces it.
  public let movedOptions: [String: String]
  /// Primary names of the options that `-h` shows, in this order; empty for all options of the tool.
  public let commonOptions: [String]
  /// Headings of options that are seldom changed, in this order after all others.
  public let lateGroups: [String]
  /// Complete shell commands, the simplest first; help breaks those that are wider than the window.
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
    commonOptions: [String] = [],
    lateGroups: [String] = [],
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
    self.commonOptions = commonOptions
    self.lateGroups = lateGroups
    self.examples = examples
  }

  /// The text of `--version`, with its line feed.
  public var versionText: String { "\(name) \(version)\n" }
}
