import CommandLineSupport
import Foundation
import Synchronization
import SystemCalls
import Testing

@Suite struct OutputDescriptorTests {
  private struct Pipe {
    let readEnd: Int32
    let writeEnd: Int32

    init() throws {
      var ends: [Int32] = [-1, -1]
      try #require(pipe(&ends) == 0)
      (readEnd, writeEnd) = (ends[0], ends[1])
    }

    /// Starts to read to the end on a separate thread, because the writer may occupy the only one of the pool.
    ///
    /// - Parameter prepare: A function that is called before each read.
    func startReading(prepare: @escaping @Sendable () -> Void = {}) -> Reading {
      let reading = Reading()
      Thread {
        var buffer = [UInt8](repeating: 0, count: 40_000)
        prepare()
        while case let count = read(readEnd, &buffer, buffer.count), count > 0 {
          reading.bytes.withLock { $0 += buffer.prefix(count) }
          prepare()
        }
        reading.ended.signal()
      }.start()
      return reading
    }
  }

  private final class Reading: Sendable {
    let bytes = Mutex<[UInt8]>([])
    let ended = DispatchSemaphore(value: 0)

    func finish() -> [UInt8] {
      ended.wait()
      return bytes.withLock { $0 }
    }
  }

  /// A pipe takes 64 KiB at a time, so the output needs many calls; if the pipe does not block, some calls write
  /// nothing.
  @Test(arguments: [false, true]) func everythingIsWritten(blocks: Bool) throws {
    let pipe = try Pipe()
    if !blocks {
      #expect(fcntl(pipe.writeEnd, F_SETFL, fcntl(pipe.writeEnd, F_GETFL) | O_NONBLOCK) == 0)
    }
    let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let reading = pipe.startReading()
    let output = OutputDescriptor(FileDescriptor(pipe.writeEnd))
    try output.write(bytes)
    try output.write("é漢🙂")
    try output.write("")
    close(pipe.writeEnd)
    #expect(reading.finish() == bytes + Array("é漢🙂".utf8))
    close(pipe.readEnd)
  }

  @Test func aClosedPipeIsAnErrorOfItsOwn() async {
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_IGN)
      let pipe = try Pipe()
      close(pipe.readEnd)
      #expect(throws: OutputError.closedPipe) { try OutputDescriptor(FileDescriptor(pipe.writeEnd)).write("x") }
    }
  }

  @Test func otherErrorsCarryTheirNumber() {
    #expect(throws: OutputError.failed(descriptor: -1, code: EBADF)) {
      try OutputDescriptor(FileDescriptor(-1)).write("x")
    }
    for (descriptor, name): (Int32, String) in [
      (1, "standard output"), (2, "standard error"), (9, "file descriptor 9"),
    ] {
      #expect(
        OutputError.failed(descriptor: descriptor, code: EIO).sentence
          == "cannot write to \(name): Input/output error; check the disk, or choose another path")
    }
    #expect(OutputError.closedPipe.sentence == "the reader of the output has exited")
  }

  @Test func aPipeIsNoTerminal() async {
    await #expect(processExitsWith: .success) {
      let output = OutputDescriptor(FileDescriptor(try Pipe().writeEnd))
      setenv("TERM", "xterm", 1)
      #expect(!output.isTerminal)
      #expect(!output.canRedrawLine)
      setenv("COLUMNS", "97", 1)
      #expect(output.columnCount == 97)
      for nonsense in ["", "0", "-3", "wide", "99999999999999999999"] {
        setenv("COLUMNS", nonsense, 1)
        #expect(output.columnCount == 80)
      }
      unsetenv("COLUMNS")
      #expect(output.columnCount == 80)
    }
  }

  #if canImport(Glibc)
  /// The pipe is full: the first signal interrupts a partial write, and the later ones interrupt writes of nothing.
  @Test func signalsDoNotCutTheOutput() async {
    await #expect(processExitsWith: .success) {
      var action = sigaction()  // without SA_RESTART, so that calls return
      action.__sigaction_handler.sa_handler = { _ in }
      #expect(sigaction(SIGUSR1, &action, nil) == 0)
      var signals = sigset_t()
      sigaddset(&signals, SIGUSR1)
      #expect(pthread_sigmask(SIG_UNBLOCK, &signals, nil) == 0)  // Dispatch blocks signals on its threads
      let writer = pthread_self()
      let pipe = try Pipe()
      let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let reading = pipe.startReading {
        for _ in 0..<3 {
          usleep(2000)
          pthread_kill(writer, SIGUSR1)
        }
      }
      try OutputDescriptor(FileDescriptor(pipe.writeEnd)).write(bytes)
      close(pipe.writeEnd)
      #expect(reading.finish() == bytes)
    }
  }

  @Test func aTerminalCanRedrawUnlessItIsDumb() async {
    await #expect(processExitsWith: .success) {
      let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      var locked: Int32 = 0
      var number: Int32 = -1
      let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)  // TIOCSPTLCK, TIOCGPTN
      try #require(ioctl(controller, setLock, &locked) == 0 && ioctl(controller, getNumber, &number) == 0)
      let output = OutputDescriptor(FileDescriptor(open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)))
      #expect(output.isTerminal)
      setenv("COLUMNS", "97", 1)
      #expect(output.columnCount == 97)
      var size = winsize(ws_row: 24, ws_col: 132, ws_xpixel: 0, ws_ypixel: 0)
      #expect(ioctl(controller, UInt(TIOCSWINSZ), &size) == 0)
      #expect(output.columnCount == 132)
      setenv("TERM", "xterm", 1)
      #expect(output.canRedrawLine)
      setenv("TERM", "dumb", 1)
      #expect(!output.canRedrawLine)
      unsetenv("TERM")
      #expect(!output.canRedrawLine)
    }
  }
  #endif
}
