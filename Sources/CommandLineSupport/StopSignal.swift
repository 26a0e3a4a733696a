internal import SystemCalls

/// SIGINT and SIGTERM as requests to stop: the program ends once its work is saved. A second signal ends it at once.
public enum StopSignal {
  /// The exit status for the received signal; nil if there was none.
  public static var status: ExitStatus? {
    switch ThisProcess.stopRequest {
    case .interrupt: .interrupted
    case .terminate: .terminated
    case nil: nil
    }
  }

  /// Records signals from now on. A signal received after an earlier call stays recorded.
  public static func watch() { ThisProcess.watchStopRequests() }
}
