#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The calls of the operating system that tools need, so that no other file here names a C library.
enum Platform {
  static let standardInput: Int32 = STDIN_FILENO
  static let standardOutput: Int32 = STDOUT_FILENO
  static let standardError: Int32 = STDERR_FILENO

  enum WriteResult {
    case wrote(Int)
    /// Nothing was written; the same call may succeed at once.
    case interrupted
    /// The descriptor does not block, and takes nothing now.
    case full
    case closedPipe
    case failed(code: Int32)
  }

  static func writeSome(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> WriteResult {
    let count = write(descriptor, bytes.baseAddress, bytes.count)
    guard count < 0 else { return .wrote(count) }
    return switch errno {
    case EINTR: .interrupted
    case EAGAIN, EWOULDBLOCK: .full
    case EPIPE: .closedPipe
    case let code: .failed(code: code)
    }
  }

  enum ReadResult {
    /// No bytes at the end.
    case read([UInt8])
    /// Nothing was read; the same call may succeed at once.
    case interrupted
    /// The descriptor does not block, and has nothing now.
    case empty
    case failed(code: Int32)
  }

  static func readSome(from descriptor: Int32, atMost limit: Int) -> ReadResult {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      code = count < 0 ? errno : 0
      filled = max(count, 0)
    }
    return switch code {
    case 0: .read(bytes)
    case EINTR: .interrupted
    case EAGAIN, EWOULDBLOCK: .empty
    default: .failed(code: code)
    }
  }

  static func waitUntilReadable(_ descriptor: Int32) { wait(for: POLLIN, on: descriptor) }

  static func waitUntilWritable(_ descriptor: Int32) { wait(for: POLLOUT, on: descriptor) }

  private static func wait(for event: some BinaryInteger, on descriptor: Int32) {
    var request = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: event), revents: 0)
    // Whatever ends the wait, the next call says what the matter is.
    _ = poll(&request, 1, -1)
  }

  static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1
  }

  /// The columns of a terminal's window, nil if the descriptor is no terminal or does not know.
  static func windowWidth(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  static func errorText(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }

  /// Makes writing to a pipe that nobody reads, and beyond the size that files may have, an error of the call rather
  /// than the end of the process.
  static func ignoreSignalsOfWriting() {
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
  }

  /// Makes whatever is closed of standard input, output and error fail when it is used. The next file that is opened
  /// would have its number otherwise, and what is said to people would be written into that file.
  static func occupyStandardDescriptors() {
    for (descriptor, wrongDirection) in [
      (standardInput, O_WRONLY), (standardOutput, O_RDONLY), (standardError, O_RDONLY),
    ] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free is this one.
      _ = open("/dev/null", wrongDirection)
    }
  }

  static func exitProcess(_ status: Int32) -> Never {
    exit(status)
  }
}
