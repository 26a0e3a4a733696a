internal import SystemCalls

/// The entry and exit of a tool.
public enum Tool {
  /// Runs a tool on the arguments of this process, answers `--help` and `--version`, and exits.
  ///
  /// - Parameters:
  ///   - arguments: nil for those of this process.
  ///   - checksOptions: false if the body applies and checks the given options.
  ///   - body: receives the values of the options, the operands, and the options that were given.
  public static func run<Values>(
    _ command: CommandDefinition<Values>,
    arguments: [String]? = nil,
    checksOptions: Bool = true,
    body: (Values, [String], GivenOptions) throws -> ExitStatus
  ) -> Never {
    run(name: command.name) {
      try command.run(arguments ?? processArguments(), checksOptions: checksOptions, body: body)
    }
  }

  /// Runs a tool with commands on the arguments of this process, and exits.
  ///
  /// - Parameter arguments: nil for those of this process.
  public static func run(_ tool: ToolDefinition, arguments: [String]? = nil) -> Never {
    run(name: tool.name) { try tool.run(arguments ?? processArguments()) }
  }

  /// Runs the body and exits with its status, or with the status of its error.
  ///
  /// An error becomes one line on standard error, whatever its message contains. A closed pipe ends the tool silently,
  /// because its reader is done. The body erases its status line before it throws.
  public static func run(name: String, body: () throws -> ExitStatus) -> Never {
    ThisProcess.ignoreSignalsOfWriting()
    ThisProcess.occupyStandardDescriptors()
    ThisProcess.endAtStopRequests()
    ThisProcess.shareMemoryAmongThreads()
    endAtFailedAllocations { byteCount in
      end(name, .usage, "\(NumberText.byteSize(byteCount)) of memory cannot be allocated; \(memoryRemedy)")
    }
    do {
      try checkMemory()
      end(name, try body(), nil)
    } catch {
      let failure = ToolError(error, of: name)
      end(name, failure.status, failure.status == .ok ? nil : failure.message)
    }
  }

  /// Prints an error as one line on standard error, unless it is that of a closed pipe.
  package static func printFailure(_ error: any Error, of name: String) {
    let failure = ToolError(error, of: name)
    if failure.status != .ok { print(failure.message, of: name) }
  }

  private static func end(_ name: String, _ status: ExitStatus, _ message: String?) -> Never {
    if let message { print(message, of: name) }
    ThisProcess.exit(status.rawValue)
  }

  private static func print(_ message: String, of name: String) {
    // If this write fails too, the exit status still reports the error.
    try? OutputDescriptor.standardError.write(TerminalText.escaped("\(name): \(message)") + "\n")
  }

  private static let memoryRemedy = "free some, or raise the limit (ulimit -v, or that of the container)"

  /// Checks that there is as much memory as any tool needs. The need of a model and its text is checked later.
  private static func checkMemory() throws(ToolError) {
    guard let available = Machine.availableMemory, available < Machine.reservedMemory else { return }
    throw ToolError(
      .usage,
      "at least \(NumberText.byteSize(Machine.reservedMemory)) of memory are needed, and "
        + "\(NumberText.byteSize(available)) are available; \(memoryRemedy)")
  }

  /// Prints a notice as one line on standard error, whatever it contains.
  ///
  /// - Parameter name: The name of the tool, or of a tool, a space and a command.
  public static func printNotice(_ text: String, of name: String) {
    let tool = name.prefix { $0 != " " }
    // A notice that cannot be written changes no result.
    try? OutputDescriptor.standardError.write(TerminalText.escaped("\(tool): notice: \(text)") + "\n")
  }

  /// Returns the arguments after the tool's name.
  package static func processArguments() throws(ToolError) -> [String] {
    try (1..<max(Int(CommandLine.argc), 1)).map { index throws(ToolError) in
      guard let bytes = CommandLine.unsafeArgv[index] else { return "" }
      guard let argument = String(validatingCString: bytes) else {
        // With U+FFFD in its name, the file would not be found.
        throw ToolError(
          .usage,
          "the argument '\(String(cString: bytes))' is not valid UTF-8; rename the file, or let the terminal write UTF-8"
        )
      }
      return argument
    }
  }
}

extension ToolError {
  /// The error of a tool's body as one for its user; with status `ok` that of a closed pipe, whose reader is done.
  package init(_ error: any Error, of tool: String) {
    self =
      switch error {
      case let error as ToolError: error
      case let error as UsageError: ToolError(.usage, error.sentence(tool: tool))
      case OutputError.closedPipe: ToolError(.ok, OutputError.closedPipe.sentence)
      case let error as OutputError: ToolError(.inputOutput, error.sentence)
      default: ToolError(.internalError, "internal error: \(error)")
      }
  }
}
