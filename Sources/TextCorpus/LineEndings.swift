internal import SystemCalls

/// The numbers of line endings of each kind in a text.
public struct LineEndings: Codable, Equatable, Sendable {
  /// Line feeds without a carriage return before them.
  public internal(set) var lineFeedCount = 0
  /// Carriage returns with a line feed after them.
  public private(set) var pairCount = 0
  /// Carriage returns without a line feed after them.
  public private(set) var carriageReturnCount = 0
  private var endsWithCarriageReturn = false

  /// Whether there are several kinds.
  public var areMixed: Bool { [lineFeedCount, pairCount, carriageReturnCount].count { $0 > 0 } > 1 }

  /// Counts the carriage returns in the next bytes of a source.
  mutating func count(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return }
    if endsWithCarriageReturn { countReturn(before: first) }
    endsWithCarriageReturn = bytes.last == UInt8(ascii: "\r")
    var start = 0
    while let index = firstIndex(of: UInt8(ascii: "\r"), in: bytes, from: start), index + 1 < bytes.count {
      countReturn(before: bytes[index + 1])
      start = index + 1
    }
  }

  /// Adds the carriage returns of another part of the text.
  mutating func add(_ other: LineEndings) {
    pairCount += other.pairCount
    carriageReturnCount += other.carriageReturnCount
  }

  mutating func endSource() {
    if endsWithCarriageReturn { carriageReturnCount += 1 }
    endsWithCarriageReturn = false
  }

  /// - Parameter next: The byte after a carriage return.
  private mutating func countReturn(before next: UInt8) {
    if next == UInt8(ascii: "\n") {
      pairCount += 1
    } else {
      carriageReturnCount += 1
    }
  }
}
