internal import CommandLineSupport
internal import SystemCalls

/// The lines of standard input, each a request, of bounded length.
struct RequestLines {
  /// A line, or the place of one that is too long.
  enum Line {
    case text([UInt8])
    case tooLong
  }

  static let longestLine = 1 << 20
  private static let pieceSize = 1 << 16

  private let descriptor = FileDescriptor.standardInput
  private var buffer: [UInt8] = []
  /// The start of the next line in the buffer, and the end of the part without a line feed.
  private var (start, searched) = (0, 0)
  private var isAtEnd = false
  /// Whether the start of the line was dropped, because it is too long.
  private var isTooLong = false

  /// Returns the next line, or nil after the last one.
  ///
  /// - Parameter pause: Called before a wait for more input.
  /// - Throws: `ToolError` with status `inputOutput`; `OutputError.closedPipe` if nobody reads the answers; the errors
  ///   of `pause`.
  mutating func next(pausing pause: () throws -> Void) throws -> Line? {
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) { return takeLine(upTo: end) }
      searched = buffer.count
      guard !isAtEnd else { return start < buffer.count || isTooLong ? takeLine(upTo: buffer.count) : nil }
      if buffer.count - start > Self.longestLine {
        isTooLong = true
        start = buffer.count
      }
      if !descriptor.isReady() {
        try pause()
        guard descriptor.waitForInput(whileRead: .standardOutput) else { throw OutputError.closedPipe }
      }
      try readPiece()
    }
  }

  private mutating func takeLine(upTo end: Int) -> Line {
    let line = buffer[start..<end]
    start = min(end + 1, buffer.count)
    searched = start
    guard !isTooLong, line.count <= Self.longestLine else {
      isTooLong = false
      return .tooLong
    }
    return .text(Array(line))
  }

  private mutating func readPiece() throws(ToolError) {
    buffer.removeFirst(start)
    (start, searched) = (0, buffer.count)
    let count = buffer.count
    buffer += [UInt8](repeating: 0, count: Self.pieceSize)
    let result = buffer.withUnsafeMutableBytes { [descriptor] bytes in
      Result { () throws(SystemError) in
        try descriptor.readSome(into: UnsafeMutableRawBufferPointer(rebasing: bytes[count...]))
      }
    }
    switch result {
    case .success(let readCount):
      buffer.removeLast(Self.pieceSize - readCount)
      isAtEnd = readCount == 0
    case .failure(let error):
      throw ToolError(.inputOutput, "cannot read standard input: \(error); \(error.remedy(.reading))")
    }
  }
}
