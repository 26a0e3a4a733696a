/// A small buffer that moves through a source from front to back.
struct SourceWindow {
  /// Bytes of the source among the loaded ones that were replaced by others: a malformed sequence, or the end of a line.
  private struct Repair {
    /// Where the replacement ends, counted from the first byte not yet consumed.
    var end: Int
    /// How many bytes more the source has than the replacement.
    let shift: Int
  }

  private(set) var source: SourceBytes
  /// Whether a carriage return at the end of a line is no part of the text.
  private let dropsCarriageReturns: Bool
  private var storage: [UInt8]
  /// The bytes at the front of `storage` that only replacements use.
  private let room: Int
  /// The part of `storage` that is loaded and not yet consumed.
  private var loaded: Range<Int>
  /// Those in the loaded part, in order; mostly none.
  private var repairs: [Repair] = []
  /// Where in the source's text the first byte not yet consumed is.
  private(set) var position: Int
  /// Where in the source's text the loaded bytes end.
  private var loadedEnd: Int

  /// Makes a window with a buffer of `size` bytes, or of as many as `segmenter` needs.
  init(
    source: SourceBytes, position: Int, size: Int, for segmenter: TextSegmenter, dropsCarriageReturns: Bool = false
  ) {
    self.source = source
    self.dropsCarriageReturns = dropsCarriageReturns
    self.position = position
    loadedEnd = position
    // A replacement has at most two bytes more than what it replaces, and three in all; with those of them that are not
    // yet consumed, all in one unit, it needs less room than the longest unit has bytes.
    room = segmenter.unit.maximumByteCount
    loaded = room..<room
    storage = [UInt8](
      repeating: 0, count: room + max(size, segmenter.minimumBufferSize) + (dropsCarriageReturns ? 1 : 0))
  }

  /// The same place as an offset in the file.
  var fileOffset: Int { source.fileOffset(of: position) }

  /// Whether no text of the source follows the loaded bytes.
  var isFinal: Bool { loadedEnd == source.byteCount }

  /// Whether all text of the source is consumed.
  var isAtEnd: Bool { position == source.byteCount }

  /// Shows the loaded bytes.
  @inline(__always)
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[loaded])) }
  }

  mutating func consume(_ byteCount: Int) {
    loaded = loaded.lowerBound + byteCount..<loaded.upperBound
    position += byteCount
    if !repairs.isEmpty { settleRepairs(byteCount) }
  }

  /// Replaces the malformed sequence at an offset in the loaded bytes. All units before it are consumed but one that
  /// might go on behind it.
  mutating func repair(at offset: Int, with replacement: [UInt8]) {
    let shift = withBytes { malformedByteCount(in: $0, at: offset) } - replacement.count
    // What is before the sequence moves, because it is short; what is behind may be the whole buffer.
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

  /// Takes what was replaced in the bytes just consumed into account.
  private mutating func settleRepairs(_ byteCount: Int) {
    let passed = repairs.prefix { $0.end <= byteCount }
    position += passed.reduce(0) { $0 + $1.shift }
    repairs.removeFirst(passed.count)
    for index in repairs.indices { repairs[index].end -= byteCount }
  }

  /// Moves what is left to the front and loads as many bytes after it as there is room for.
  ///
  /// - Returns: How many bytes were loaded.
  @discardableResult
  mutating func refill() throws(CorpusError) -> Int {
    let kept = room..<room + loaded.count
    let count = min(storage.count - kept.upperBound, source.byteCount - loadedEnd)
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

  /// Takes carriage returns at the ends of lines out of the bytes that were loaded last.
  ///
  /// - Returns: How many of them are left.
  private mutating func dropCarriageReturns(amongLast count: Int) -> Int {
    let bytes = loaded.upperBound - count..<loaded.upperBound
    var end = bytes.lowerBound
    for index in bytes {
      if storage[index] == UInt8(ascii: "\r") {
        let isLast = index + 1 == bytes.upperBound
        // What comes after the last byte is not known yet.
        if isLast, !isFinal {
          loadedEnd -= 1
          break
        }
        if isLast || storage[index + 1] == UInt8(ascii: "\n") {
          // It is passed when the line feed is, or what stands before the end of the source.
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

  /// Goes on in another source, or elsewhere in the same, with the same buffer.
  mutating func move(to source: SourceBytes, position: Int = 0) {
    self.source = source
    self.position = position
    loadedEnd = position
    loaded = room..<room
    repairs.removeAll(keepingCapacity: true)
  }
}
