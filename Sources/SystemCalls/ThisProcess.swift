internal import CLibrary
internal import Synchronization

/// This process: its environment, standard descriptors, signals and exit.
package enum ThisProcess {
  package static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  package static func exit(_ status: Int32) -> Never { systemExit(status) }

  /// Ignores SIGPIPE and SIGXFSZ, so that writing to a closed pipe or beyond the file-size limit fails with an error
  /// instead of ending the process.
  package static func ignoreSignalsOfWriting() {
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
  }

  /// Replaces a closed standard input, output or error by a descriptor that fails when it is used. Otherwise the next
  /// opened file would get its number, and messages would be written into that file.
  package static func occupyStandardDescriptors() {
    for (descriptor, wrongDirection) in [
      (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY),
    ] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is this one.
      _ = open("/dev/null", wrongDirection)
    }
  }

  /// Makes standard output and error lead nowhere.
  package static func silence() {
    let nowhere = open("/dev/null", O_WRONLY)
    guard nowhere >= 0 else { return }
    dup2(nowhere, STDOUT_FILENO)
    dup2(nowhere, STDERR_FILENO)
    close(nowhere)
  }

  /// A signal that asks the process to end.
  package enum StopRequest: Int, Sendable {
    case interrupt = 1
    case terminate = 2
  }

  /// The first stop request since ``watchStopRequests()``; nil if none was received.
  package static var stopRequest: StopRequest? {
    switch received.load(ordering: .relaxed) {
    case SIGINT: .interrupt
    case SIGTERM, SIGUSR1: .terminate
    default: nil
    }
  }

  /// Notes a stop request that another process has received, unless there is one already.
  package static func noteStopRequest(_ request: StopRequest) {
    let number = request == .interrupt ? SIGINT : SIGTERM
    _ = received.compareExchange(expected: 0, desired: number, ordering: .relaxed)
  }

  /// Makes SIGINT and SIGTERM end the process at once, with the status that a shell reports for them. By default, the
  /// first process of a container would ignore them.
  package static func endAtStopRequests() {
    _ = hasStatusLine.load(ordering: .relaxed)
    handleStopRequests([SIGINT, SIGTERM]) { number in
      eraseStatusLine()
      _exit(128 + number)
    }
  }

  /// Announces a status line on standard error, to be erased if a signal ends the process at once.
  package static func announceStatusLine() { hasStatusLine.store(true, ordering: .relaxed) }

  /// Records SIGINT, SIGTERM and SIGUSR1 from now on; a second one ends the process at once, except for a repetition.
  ///
  /// SIGUSR1 is what Slurm can send some time before a job ends.
  ///
  /// `timeout` sends its signal to the process and then to the process group, which a program gets as two signals.
  package static func watchStopRequests() {
    // Initializes the globals here, because a signal handler must not be the first to access them.
    _ = (received.load(ordering: .relaxed), timeReceived.load(ordering: .relaxed))
    _ = hasStatusLine.load(ordering: .relaxed)
    handleStopRequests([SIGINT, SIGTERM, SIGUSR1]) { number in
      let first = received.exchange(number, ordering: .relaxed)
      let firstTime = timeReceived.load(ordering: .relaxed)
      guard first != 0 else { return timeReceived.store(nanosecondsNow(), ordering: .relaxed) }
      if first == number, firstTime == 0 || nanosecondsNow() - firstTime < 100_000_000 { return }
      eraseStatusLine()
      _exit(128 + number)
    }
  }

  private static func handleStopRequests(_ numbers: [CInt], _ handler: @escaping @convention(c) (CInt) -> Void) {
    var handled = sigset_t()
    sigemptyset(&handled)
    for number in numbers {
      sigaddset(&handled, number)
      signal(number, handler)
    }
    // A parent that starts this program from a thread with blocked signals passes its mask on.
    pthread_sigmask(SIG_UNBLOCK, &handled, nil)
  }

  /// Lets all threads share the memory of the first one. Otherwise each reserves 64 MB of address space, which may be
  /// limited.
  package static func shareMemoryAmongThreads() {
    #if canImport(Glibc)
    let arenaLimit: CInt = -8
    guard let function = dlsym(dlopen(nil, RTLD_NOW), "mallopt") else { return }
    _ = unsafeBitCast(function, to: (@convention(c) (CInt, CInt) -> CInt).self)(arenaLimit, 1)
    #endif
  }
}

private let received = Atomic<Int32>(0)
/// The time of the first signal, in nanoseconds; 0 before it is known.
private let timeReceived = Atomic<Int>(0)
private let hasStatusLine = Atomic<Bool>(false)

/// Returns the time of a monotonic clock; called by signal handlers.
private func nanosecondsNow() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// Erases from the start of the line, where a status line leaves the cursor; called by signal handlers.
private func eraseStatusLine() {
  let erasure: StaticString = "\r\u{1B}[J"
  guard hasStatusLine.load(ordering: .relaxed) else { return }
  _ = write(STDERR_FILENO, erasure.utf8Start, erasure.utf8CodeUnitCount)
}

private func systemExit(_ status: Int32) -> Never { exit(status) }
