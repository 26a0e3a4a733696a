internal import SystemCalls

/// Bytes of a text as they arrive, without malformed UTF-8 and, on request, without carriage returns at the ends of
/// lines.
struct ArrivingBytes {
  /// A replacement among the clean bytes, of a malformed sequence or of a line ending.
  private struct Repair {
    /// The end of the replacement in the clean bytes.
    var end: Int
    /// The number of bytes that the source has more than the replacement.
    let shift: Int
  }

  /// The bytes that can be cut into units, from the first unconsumed one on.
  private(set) var clean: [UInt8] = []
  /// The malformed sequences so far: their number and the byte offset of the first one; nil if there are none.
  private(set) var malformed: (count: Int, byteOffset: Int)?
  /// The malformed sequence that is an error; nil if there is none. No bytes after it become clean.
  private(set) var failure: (byteOffset: Int, isRare: Bool)?

  private let unit: TextUnit
  private let replacement: [UInt8]?
  private let dropsCarriageReturns: Bool
  /// Bytes whose meaning depends on the next ones.
  private var raw: [UInt8] = []
  private var repairs: [Repair] = []
  /// The byte offset in the source of the first clean byte.
  private var position = 0

  init(unit: TextUnit, malformedUTF8: MalformedUTF8Policy, dropsCarriageReturns: Bool) {
    self.unit = unit
    replacement = malformedUTF8.replacement
    self.dropsCarriageReturns = dropsCarriageReturns
  }

  /// Counts bytes before the text, such as a byte-order mark.
  mutating func skip(_ byteCount: Int) { position += byteCount }

  /// Calls `body` with a function from an index in the clean bytes to the byte offset in the source; the indices that
  /// it is given must ascend.
  func withOffsets<Result>(_ body: ((_ index: Int) -> Int) -> Result) -> Result {
    guard !repairs.isEmpty else { return body { position + $0 } }
    var (shift, next) = (0, 0)
    return body { index in
      while next < repairs.count, repairs[next].end <= index {
        shift += repairs[next].shift
        next += 1
      }
      return position + index + shift
    }
  }

  mutating func consume(_ byteCount: Int) {
    clean.removeFirst(byteCount)
    position += byteCount
    let passed = repairs.prefix { $0.end <= byteCount }
    position += passed.reduce(0) { $0 + $1.shift }
    repairs.removeFirst(passed.count)
    for index in repairs.indices { repairs[index].end -= byteCount }
  }

  /// Adds the next bytes of the source.
  ///
  /// - Parameter isFinal: Whether no bytes follow.
  mutating func append(_ bytes: some Collection<UInt8>, isFinal: Bool) {
    guard failure == nil else { return }
    raw += bytes
    let loaded = raw
    let used = loaded.withUnsafeBytes { bytes in
      unit == .byte ? clean(upTo: bytes.count, of: bytes, from: 0, isFinal) : clean(bytes, isFinal)
    }
    raw.removeFirst(failure == nil ? used : raw.count)
  }

  /// Cleans text in UTF-8, and returns the number of bytes that are used up.
  private mutating func clean(_ bytes: UnsafeRawBufferPointer, _ isFinal: Bool) -> Int {
    var index = 0
    while index < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[index...])
      let end = index + wellFormedPrefix(of: rest).byteCount
      index = clean(upTo: end, of: bytes, from: index, isFinal)
      guard index == end, end < bytes.count else { return index }
      let tail = UnsafeRawBufferPointer(rebasing: bytes[end...])
      let count = malformedByteCount(in: tail, at: 0)
      // The next bytes may complete the sequence.
      if !isFinal, count == tail.count, case .truncated = decodeScalar(in: tail, at: 0) { return index }
      let byteOffset = offset(of: clean.count)
      guard let replacement else {
        failure = (byteOffset, Self.isRare(tail, of: bytes.count))
        return index
      }
      malformed = (count: (malformed?.count ?? 0) + 1, byteOffset: malformed?.byteOffset ?? byteOffset)
      clean += replacement
      repairs.append(Repair(end: clean.count, shift: count - replacement.count))
      index += count
    }
    return index
  }

  private func offset(of index: Int) -> Int { withOffsets { $0(index) } }

  /// Appends bytes without the carriage returns at the ends of lines.
  ///
  /// - Returns: `end`, or the index of a carriage return if the byte after it has not arrived.
  private mutating func clean(
    upTo end: Int, of bytes: UnsafeRawBufferPointer, from start: Int, _ isFinal: Bool
  ) -> Int {
    guard dropsCarriageReturns else {
      clean.append(contentsOf: bytes[start..<end])
      return end
    }
    var first = start
    while let index = firstIndex(of: UInt8(ascii: "\r"), in: bytes, from: first), index < end {
      clean.append(contentsOf: bytes[first..<index])
      let isLast = index + 1 == bytes.count
      if isLast, !isFinal { return index }
      if isLast || bytes[index + 1] == UInt8(ascii: "\n") {
        // As in a corpus, the offset of the line feed is that of its carriage return.
        repairs.append(Repair(end: clean.count + (isLast ? 0 : 1), shift: 1))
      } else {
        clean.append(UInt8(ascii: "\r"))
      }
      first = index + 1
    }
    clean.append(contentsOf: bytes[first..<end])
    return end
  }

  /// Whether at most one sequence in a thousand bytes is malformed.
  private static func isRare(_ tail: UnsafeRawBufferPointer, of byteCount: Int) -> Bool {
    let limit = byteCount / 1000 + 1
    var (index, count) = (0, 0)
    while index < tail.count, count < limit {
      index += wellFormedPrefix(of: UnsafeRawBufferPointer(rebasing: tail[index...])).byteCount
      guard index < tail.count else { break }
      count += 1
      index += malformedByteCount(in: tail, at: index)
    }
    return count < limit
  }
}
