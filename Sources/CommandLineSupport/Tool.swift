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
    let conclusion = conclude(name: name) {
      try checkMemory()
      return try body()
    }
    end(name, conclusion.status, conclusion.message)
  }

  private static func end(_ name: String, _ status: ExitStatus, _ message: String?) -> Never {
    if let message {
      // If this write fails too, the exit status still reports the error.
      try? OutputDescriptor.standardError.write(TerminalText.escaped("\(name): \(message)") + "\n")
    }
    ThisProcess.exit(status.rawValue)
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
  private static func processArguments() throws(ToolError) -> [String] {
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

  private static func conclude(
    name: String, body: () throws -> ExitStatus
  ) -> (status: ExitStatus, message: String?) {
    do {
      return (try body(), nil)
    } catch let error as ToolError {
      return (error.status, error.message)
    } catch let error as UsageError {
      return (.usage, error.sentence(tool: name))
    } catch OutputError.closedPipe {
      return (.ok, nil)
    } catch let error as OutputError {
      return (.inputOutput, error.sentence)
    } catch {
      return (.internalError, "internal error: \(error)")
    }
  }
}
