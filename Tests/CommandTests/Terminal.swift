import Foundation
import Testing

/// A pseudoterminal whose output the tests read.
final class Terminal {
  /// The end for the processes.
  let end: FileHandle
  private let screen: FileHandle

  init(columns: Int, rows: Int) throws {
    let (master, name) = try Self.open()
    screen = FileHandle(fileDescriptor: master, closeOnDealloc: true)
    let slave = Foundation.open(name, O_RDWR | O_NOCTTY)
    try #require(slave >= 0)
    end = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    var settings = termios()
    try #require(tcgetattr(slave, &settings) == 0)
    // Disables the conversion of line feeds to carriage returns and line feeds.
    settings.c_oflag &= ~tcflag_t(OPOST)
    try #require(tcsetattr(slave, TCSANOW, &settings) == 0)
    try resize(columns: columns, rows: rows)
    try #require(fcntl(master, F_SETFL, O_NONBLOCK) == 0)
  }

  func resize(columns: Int, rows: Int) throws {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(screen.fileDescriptor, UInt(TIOCSWINSZ), &size) == 0)
  }

  /// Returns the output since the last read.
  func read() -> String {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Foundation.read(screen.fileDescriptor, &piece, piece.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece[..<count]
    }
  }

  /// Opens the end for the tests, and returns it with the name of the end for the processes.
  private static func open() throws -> (screen: Int32, name: String) {
    #if os(Linux)
    // Swift hides the functions of the C library for this; these are the calls that they make.
    let unlock: UInt = 0x4004_5431
    let askNumber: UInt = 0x8004_5430
    let screen = Foundation.open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var isLocked: Int32 = 0
    var number: Int32 = 0
    try #require(screen >= 0 && ioctl(screen, unlock, &isLocked) == 0 && ioctl(screen, askNumber, &number) == 0)
    return (screen, "/dev/pts/\(number)")
    #else
    let screen = posix_openpt(O_RDWR | O_NOCTTY)
    try #require(screen >= 0 && grantpt(screen) == 0 && unlockpt(screen) == 0)
    return (screen, String(cString: try #require(ptsname(screen))))
    #endif
  }
}
