/// A command as the tool that has it describes it, whatever the type of its values.
protocol CommandDescription: Sendable {
  var name: String { get }
  var summary: String { get }
  var examples: [String] { get }

  /// Lines of a manual page: the synopsis, the summary and the command's own options.
  var manualSection: [String] { get }
  /// The name of the function that completes the command in bash and zsh.
  var completionFunction: String { get }
  var bashFunction: String { get }
  var zshFunction: String { get }
  /// Completions of the command for fish.
  ///
  /// - Parameter condition: A fish command that succeeds where the completions apply; nil for always.
  func fishLines(program: String, condition: String?) -> [String]
}

extension CommandDefinition: CommandDescription {}

extension CommandDescription {
  /// The summary as a phrase: without a capital letter and without a period.
  var summaryPhrase: String { summary.prefix(1).lowercased() + summary.dropFirst().prefix { $0 != "." } }
}

extension ToolDefinition {
  /// The answer to `--help`, ending with a line feed.
  ///
  /// - Parameter width: Columns to fit the text into; taken as 40 when less, and as 100 when more.
  public func helpText(width: Int = 80) -> String {
    root.helpText(width: width, commands: commands.map { ($0.name, $0.description.summaryPhrase) })
  }

  /// The answer to `-h`, ending with a line feed.
  func shortHelpText(width: Int) -> String {
    root.shortHelpText(width: width, commands: commands.map { ($0.name, $0.description.summaryPhrase) })
  }

  /// A manual page of the tool with all of its commands.
  public var manualPage: String {
    let general = [".SH OPTIONS"] + root.manualOptions(ofGroups: root.groups)
    let examples = root.examples + commands.flatMap(\.description.examples)
    return root.manualPage(
      sections: general + commands.flatMap { [".SH \(roff($0.name.uppercased()))"] + $0.description.manualSection },
      examples: examples)
  }

  /// A script that teaches a shell the commands and the options of each.
  public func completions(for shell: Shell) -> String {
    switch shell {
    case .bash: bashCompletions
    case .zsh: zshCompletions
    case .fish: fishCompletions
    }
  }
}

extension CommandDefinition {
  /// Does what a command line asks for.
  ///
  /// - Parameters:
  ///   - tool: The tool whose command it is; nil for a tool without commands.
  ///   - checksOptions: False if the body applies and checks the given options itself.
  package func run(
    _ arguments: [String], in tool: ToolDefinition? = nil, checksOptions: Bool = true,
    body: (Values, [String], GivenOptions) throws -> ExitStatus
  ) throws -> ExitStatus {
    let output = OutputDescriptor.standardOutput
    let isRoot = tool?.name == name
    switch try parse(arguments, checksOptions: checksOptions) {
    case .run(let values, let operands, let given): return try body(values, operands, given)
    case .help:
      let width = output.columnCount
      try output.write(isRoot ? tool?.helpText(width: width) ?? "" : helpText(width: width))
    case .shortHelp:
      let width = output.columnCount
      try output.write(isRoot ? tool?.shortHelpText(width: width) ?? "" : shortHelpText(width: width))
    case .helpOn(let option): try output.write(helpText(on: option, width: output.columnCount))
    case .version: try output.write(tool?.root.versionText ?? versionText)
    case .manual: try output.write(isRoot ? tool?.manualPage ?? "" : manualPage)
    case .completions(let shell): try output.write(tool?.completions(for: shell) ?? completions(for: shell))
    }
    return .ok
  }

  /// Prints a notice about each option that is given but has no effect with the values, unless `--quiet` is given.
  public func printNotices(about given: GivenOptions, in values: Values) {
    guard !given.contains("--quiet") else { return }
    for notice in options.notices(about: given, in: values) { Tool.printNotice(notice, of: name) }
  }
}
