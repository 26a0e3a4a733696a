/// The exit status of a tool. The numbers are those of sysexits and, for signals, of the shell.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  case ok = 0
  /// The command line is wrong, or needs more memory than there is.
  case usage = 64
  /// Input is empty, malformed, too short or damaged.
  case badData = 65
  /// Input is missing, a folder or unreadable.
  case cannotOpenInput = 66
  /// A fault of the tool itself.
  case internalError = 70
  case cannotCreate = 73
  case inputOutput = 74
  /// Training diverged.
  case diverged = 76
  /// SIGINT, after saving.
  case interrupted = 130
  /// SIGTERM, after saving.
  case terminated = 143

  /// A phrase for the manual page, without a period.
  var meaning: String {
    switch self {
    case .ok: "success"
    case .usage: "the command line is wrong, or asks for more memory than there is"
    case .badData: "input is empty, malformed, too short or damaged"
    case .cannotOpenInput: "input is missing, a folder or unreadable"
    case .internalError: "a fault of the tool itself"
    case .cannotCreate: "output cannot be created"
    case .inputOutput: "reading or writing failed"
    case .diverged: "training diverged"
    case .interrupted: "interrupted by SIGINT, after saving"
    case .terminated: "ended by SIGTERM, after saving"
    }
  }
}

/// An error that ends a tool, for its user.
public struct ToolError: Error, Equatable, Sendable {
  public let status: ExitStatus
  /// The place, the problem and the remedy, without the tool's name and without a period.
  public let message: String

  public init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}
