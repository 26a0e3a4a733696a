internal import SystemCalls

/// The numbers of line endings of each kind in a text.
public struct LineEndings: Equatable, Sendable {
  /// Line feeds without a carriage return before them.
  public private(set) var lineFeedCount = 0
  /// Carriage returns with a line feed after them.
  public private(set) var pairCount = 0
  /// Carriage returns without a line feed after them.
  public private(set) var carriageReturnCount = 0
  private var endsWithCarriageReturn = false

  /// Whether there are several kinds.
  public var areMixed: Bool { [lineFeedCount, pairCount, carriageReturnCount].count { $0 > 0 } > 1 }

  /// Counts the endings in the next bytes of a source.
  mutating func count(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return }
    if endsWithCarriageReturn { countReturn(before: first) }
    endsWithCarriageReturn = bytes.last == UInt8(ascii: "\r")
    lineFeedCount += occurrenceCount(of: UInt8(ascii: "\n"), in: bytes)
    var start = 0
    while let index = firstIndex(of: UInt8(ascii: "\r"), in: bytes, from: start), index + 1 < bytes.count {
      countReturn(before: bytes[index + 1])
      start = index + 1
    }
  }

  mutating func endSource() {
    if endsWithCarriageReturn { carriageReturnCount += 1 }
    endsWithCarriageReturn = false
  }

  /// - Parameter next: The byte after a carriage return.
  private mutating func countReturn(before next: UInt8) {
    if next == UInt8(ascii: "\n") {
      pairCount += 1
      lineFeedCount -= 1
    } else {
      carriageReturnCount += 1
    }
  }
}

/// Returns the number of bytes with a value, eight at a time.
private func occurrenceCount(of byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Int {
  let lanes: UInt64 = 0x0101_0101_0101_0101
  let wanted = lanes &* UInt64(byte)
  let wordCount = bytes.count / 8
  var count = 0
  for index in 0..<wordCount {
    let difference = bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self) ^ wanted
    // The top bit of each byte that is zero, without carries from one byte to the next.
    let sevens = 0x7F7F_7F7F_7F7F_7F7F as UInt64
    let nonzero = ((difference & sevens) &+ sevens) | difference
    count += (~nonzero & ~sevens).nonzeroBitCount
  }
  return bytes[(8 * wordCount)...].reduce(count) { $0 + ($1 == byte ? 1 : 0) }
}
