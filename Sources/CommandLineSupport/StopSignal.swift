internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// SIGINT and SIGTERM as a wish to stop: the first is noted, and the program ends when it has saved its work. A second
/// one ends it at once.
public enum StopSignal {
  /// The status that the signal asks for; nil if none has come.
  public static var status: ExitStatus? {
    switch received.load(ordering: .relaxed) {
    case SIGINT: .interrupted
    case SIGTERM: .terminated
    default: nil
    }
  }

  /// Notes signals from now on. One that came after an earlier call stays noted.
  public static func watch() {
    // Made here, because a signal handler must not be the first to ask for it.
    _ = received.load(ordering: .relaxed)
    var watched = sigset_t()
    sigemptyset(&watched)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&watched, number)
      signal(number) { number in
        guard received.exchange(number, ordering: .relaxed) != 0 else { return }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    // A program that starts this one from a thread that takes no signals passes that on.
    pthread_sigmask(SIG_UNBLOCK, &watched, nil)
  }
}

private let received = Atomic<Int32>(0)
