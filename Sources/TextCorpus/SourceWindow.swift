/// A small buffer that moves through a source from front to back.
struct SourceWindow {
  /// A replacement among the loaded bytes, of a malformed sequence or of a line ending.
  private struct Repair {
    /// The end of the replacement, relative to the first unconsumed byte.
    var end: Int
    /// The number of bytes that the source has more than the replacement.
    let shift: Int
  }

  private(set) var source: SourceBytes
  /// The position at which the window's text ends.
  private var end: Int
  /// Whether carriage returns at the ends of lines are removed.
  private let dropsCarriageReturns: Bool
  private var storage: [UInt8]
  /// The number of bytes at the front of `storage` reserved for replacements.
  private let room: Int
  /// The part of `storage` that is loaded and not yet consumed.
  private var loaded: Range<Int>
  /// The replacements in the loaded part, in order; usually none.
  private var repairs: [Repair] = []
  /// The position in the source's text of the first unconsumed byte.
  private(set) var position: Int
  /// The position in the source's text of the end of the loaded bytes.
  private var loadedEnd: Int

  /// Creates a window with a buffer of `size` bytes, fewer if the source is shorter, or more if `segmenter` needs them.
  ///
  /// - Parameter end: The position at which the text ends; nil for the end of the source.
  init(
    source: SourceBytes, position: Int, end: Int? = nil, size: Int, for segmenter: TextSegmenter,
    dropsCarriageReturns: Bool = false
  ) {
    self.source = source
    self.end = end ?? source.byteCount
    self.dropsCarriageReturns = dropsCarriageReturns
    self.position = position
    loadedEnd = position
    // A replacement has at most two bytes more than the sequence it replaces, and three in total. All unconsumed
    // replacements lie in one unit, so together they need less room than the longest unit.
    room = segmenter.unit.maximumByteCount
    loaded = room..<room
    storage = [UInt8](
      repeating: 0,
      count: room + max(min(size, source.byteCount), segmenter.minimumBufferSize) + (dropsCarriageReturns ? 1 : 0))
  }

  /// The position of the first unconsumed byte as an offset in the file.
  var fileOffset: Int { source.fileOffset(of: position) }

  /// Whether no text follows the loaded bytes.
  var isFinal: Bool { loadedEnd == end }

  /// Whether all text is consumed.
  var isAtEnd: Bool { position == end }

  /// Passes the loaded bytes to `body`.
  @inline(__always)
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[loaded])) }
  }

  mutating func consume(_ byteCount: Int) {
    loaded = loaded.lowerBound + byteCount..<loaded.upperBound
    position += byteCount
    if !repairs.isEmpty { settleRepairs(byteCount) }
  }

  /// Replaces the malformed sequence at an offset in the loaded bytes. All units before it are consumed, except one
  /// that might extend beyond the replacement.
  mutating func repair(at offset: Int, with replacement: [UInt8]) {
    let shift = withBytes { malformedByteCount(in: $0, at: offset) } - replacement.count
    // The bytes before the sequence are moved because they are few; the bytes after it may fill the buffer.
    let moved = loaded.lowerBound + shift..<loaded.upperBound
    storage.withUnsafeMutableBytes { bytes in
      let before = UnsafeRawBufferPointer(rebasing: bytes[loaded.lowerBound..<loaded.lowerBound + offset])
      let target = UnsafeMutableRawBufferPointer(rebasing: bytes[moved])
      target.copyMemory(from: before)
      UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyBytes(from: replacement)
    }
    loaded = moved
    let place = repairs.firstIndex { $0.end > offset } ?? repairs.endIndex
    for index in place..<repairs.endIndex { repairs[index].end -= shift }
    repairs.insert(Repair(end: offset + replacement.count, shift: shift), at: place)
    settleRepairs(0)
  }

  /// Updates the position and the pending replacements after bytes were consumed.
  private mutating func settleRepairs(_ byteCount: Int) {
    let passed = repairs.prefix { $0.end <= byteCount }
    position += passed.reduce(0) { $0 + $1.shift }
    repairs.removeFirst(passed.count)
    for index in repairs.indices { repairs[index].end -= byteCount }
  }

  /// Moves the unconsumed bytes to the front and fills the rest of the buffer from the source.
  ///
  /// - Returns: The number of bytes loaded.
  @discardableResult
  mutating func refill() throws(CorpusError) -> Int {
    let kept = room..<room + loaded.count
    let count = min(storage.count - kept.upperBound, end - loadedEnd)
    let (left, next, source) = (loaded, loadedEnd, source)
    try storage.withUnsafeMutableBufferPointer { (buffer) throws(CorpusError) in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      let unfinished = UnsafeRawBufferPointer(rebasing: bytes[left])
      UnsafeMutableRawBufferPointer(rebasing: bytes[kept]).copyMemory(from: unfinished)
      let target = bytes[kept.upperBound..<kept.upperBound + count]
      try source.read(at: next, into: UnsafeMutableRawBufferPointer(rebasing: target))
    }
    loaded = kept.lowerBound..<kept.upperBound + count
    loadedEnd += count
    return dropsCarriageReturns ? dropCarriageReturns(amongLast: count) : count
  }

  /// Removes carriage returns at the ends of lines from the bytes that were loaded last.
  ///
  /// - Returns: The number of bytes left of them.
  private mutating func dropCarriageReturns(amongLast count: Int) -> Int {
    let bytes = loaded.upperBound - count..<loaded.upperBound
    var end = bytes.lowerBound
    for index in bytes {
      if storage[index] == UInt8(ascii: "\r") {
        let isLast = index + 1 == bytes.upperBound
        // The byte after the last one is not known yet.
        if isLast, !isFinal {
          loadedEnd -= 1
          break
        }
        if isLast || storage[index + 1] == UInt8(ascii: "\n") {
          // The carriage return is consumed with the line feed, or with the last byte before the end of the source.
          repairs.append(Repair(end: end - loaded.lowerBound + (isLast ? 0 : 1), shift: 1))
          continue
        }
      }
      storage[end] = storage[index]
      end += 1
    }
    loaded = loaded.lowerBound..<end
    settleRepairs(0)
    return end - bytes.lowerBound
  }

  /// Moves to another source, or to another position of the same, and reuses the buffer.
  mutating func move(to source: SourceBytes, position: Int = 0, end: Int? = nil) {
    self.source = source
    self.end = end ?? source.byteCount
    self.position = position
    loadedEnd = position
    loaded = room..<room
    repairs.removeAll(keepingCapacity: true)
  }
}
