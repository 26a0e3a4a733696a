internal import SystemCalls

/// SIGINT and SIGTERM as requests to stop: the program ends once its work is saved. A second signal ends it at once.
public enum StopSignal {
  /// The exit status that the signal asks for; nil if none has come.
  public static var status: ExitStatus? {
    switch ThisProcess.stopRequest {
    case .interrupt: .interrupted
    case .terminate: .terminated
    case nil: nil
    }
  }

  /// Notes signals from now on. A signal that came after an earlier call stays noted.
  public static func watch() { ThisProcess.watchStopRequests() }
}
