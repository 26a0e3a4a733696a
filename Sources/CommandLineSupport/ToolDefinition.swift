/// A tool whose first argument names one of several commands, each with different options.
public struct ToolDefinition: Sendable {
  public let commands: [ToolCommand]
  /// The tool in the place of a command: its name, its summary and the options that every tool has.
  let root: CommandDefinition<NoOptions>

  struct NoOptions: Sendable {}

  /// - Parameters:
  ///   - summary: One sentence about what the commands have in common.
  ///   - examples: Whole command lines for a shell.
  public init(name: String, summary: String, version: String, commands: [ToolCommand], examples: [String] = []) {
    self.commands = commands
    root = CommandDefinition(
      name: name, summary: "\(summary) Each command has its own --help.", operands: "COMMAND [options] ...",
      operandChoices: commands.map(\.name),
      version: version, defaults: NoOptions(), options: [], examples: examples)
  }

  public var name: String { root.name }
}

/// A command of a tool: its options, and the action that they decide about.
public struct ToolCommand: Sendable {
  /// The command's own word, without the name of the tool.
  public let name: String
  let description: any CommandDescription
  /// Parses the arguments that follow the command's name, and does what they ask for.
  let run: @Sendable (_ arguments: [String], _ tool: ToolDefinition) throws -> ExitStatus

  /// - Parameters:
  ///   - definition: A definition whose name is that of the tool, a space and that of the command.
  ///   - checksOptions: False if the body applies and checks the given options itself.
  ///   - body: The action; gets the values of the options, the operands, and the options that were given.
  public init<Values: Sendable>(
    _ definition: CommandDefinition<Values>, checksOptions: Bool = true,
    body: @escaping @Sendable (Values, [String], GivenOptions) throws -> ExitStatus
  ) {
    name = definition.name.split(separator: " ").last.map(String.init) ?? definition.name
    description = definition
    run = { arguments, tool in
      do {
        return try definition.run(arguments, in: tool, checksOptions: checksOptions, body: body)
      } catch let error as UsageError {
        // Help is to be found at the command, not at the tool.
        throw ToolError(.usage, error.sentence(tool: definition.name))
      }
    }
  }
}

extension ToolDefinition {
  /// Answers a command line of the tool.
  ///
  /// - Parameter arguments: The arguments that follow the tool's name.
  func run(_ arguments: [String]) throws -> ExitStatus {
    var arguments = arguments
    // "--help compare" is "compare --help".
    if arguments.count > 1, ["--help", "-h"].contains(arguments[0]),
      commands.contains(where: { $0.name == arguments[1] })
    {
      arguments.swapAt(0, 1)
    }
    guard let name = arguments.first, name.utf8.first != UInt8(ascii: "-") else {
      do {
        return try root.run(arguments, in: self) { _, _, _ in
          throw UsageError.operands("give a command: \(commands.map(\.name).joined(separator: ", "))")
        }
      } catch UsageError.unknownOption(let topic, nearest: nil) where topic.utf8.first != UInt8(ascii: "-") {
        throw unknownCommand(topic)
      }
    }
    guard let command = commands.first(where: { $0.name == name }) else { throw unknownCommand(name) }
    return try command.run(Array(arguments.dropFirst()), self)
  }

  private func unknownCommand(_ name: String) -> UsageError {
    let nearest = nearestName(to: name, among: commands.map(\.name))
    return .operands(
      "unknown command '\(name)'; " + (nearest.map { "did you mean '\($0)'?" } ?? "see '\(self.name) --help'"))
  }
}
