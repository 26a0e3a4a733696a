/// One unit of text as found in a buffer, in the form that a `UnitTable` looks up fastest.
package enum UnitKey {
  /// A single scalar, or a byte.
  case scalar(UInt32)
  /// The UTF-8 bytes of a grapheme cluster of several scalars. They are valid only during the call that shows them.
  case cluster(UnsafeRawBufferPointer)
}

/// Cuts bytes into units: the one place that knows where a unit ends.
///
/// The scan, the readers and the encoding of prompts all go through here, so they cannot disagree.
package struct TextSegmenter {
  package enum Stop: Equatable {
    /// As many units as were asked for were found.
    case limit
    /// The bytes are used up, but for an unfinished unit that the bytes after them will complete.
    case exhausted
    /// The bytes from this offset on are not UTF-8. A cluster that ends there is not shown: it might go on behind.
    case malformed(byteOffset: Int)
    /// The cluster after the last unit is longer than a unit may be.
    case clusterTooLong
  }

  package struct Result: Equatable {
    /// Units shown, and the bytes that they take up.
    package var unitCount = 0
    package var byteCount = 0
    package var stop = Stop.limit
    /// Those of the units that are no characters of the text, as whoever was shown them may find.
    var leftOutCount = 0

    var characterCount: Int { unitCount - leftOutCount }
  }

  package let unit: TextUnit

  package init(unit: TextUnit) {
    self.unit = unit
  }

  /// The shortest buffer in which some unit is always found or seen to be too long: the longest unit, a scalar to
  /// see that it is longer than that, and a scalar cut by the end.
  package var minimumBufferSize: Int {
    unit == .grapheme ? unit.maximumByteCount + 8 : unit.maximumByteCount
  }

  /// Shows at most `limit` units from the front of `bytes`, which start where a unit starts.
  ///
  /// - Parameter isFinal: no text follows these bytes, so the last unit in them is whole.
  @inline(__always)
  package func forEachUnit(
    in bytes: UnsafeRawBufferPointer, limit: Int, isFinal: Bool, _ body: (UnitKey) -> Void
  ) -> Result {
    switch unit {
    case .byte: forEachByte(in: bytes, limit: limit, body)
    case .character: forEachScalar(in: bytes, limit: limit, isFinal: isFinal, body)
    case .grapheme: forEachGrapheme(in: bytes, limit: limit, isFinal: isFinal, body)
    }
  }

  /// Goes over units as `forEachUnit` does, in bytes that are known to be well-formed; if they are not, it need not
  /// notice.
  package func skipUnits(in bytes: UnsafeRawBufferPointer, limit: Int, isFinal: Bool) -> Result {
    // Characters are counted without being decoded, but for the few at the end.
    let passed = unit == .character ? passScalars(in: bytes, limit: limit) : (byteCount: 0, unitCount: 0)
    let rest = UnsafeRawBufferPointer(rebasing: bytes[passed.byteCount...])
    var result = forEachUnit(in: rest, limit: limit - passed.unitCount, isFinal: isFinal) { _ in }
    result.byteCount += passed.byteCount
    result.unitCount += passed.unitCount
    if case .malformed(let offset) = result.stop { result.stop = .malformed(byteOffset: offset + passed.byteCount) }
    return result
  }

  @inline(__always)
  private func forEachByte(in bytes: UnsafeRawBufferPointer, limit: Int, _ body: (UnitKey) -> Void) -> Result {
    let count = min(limit, bytes.count)
    for position in 0..<count {
      body(.scalar(UInt32(bytes[position])))
    }
    return Result(unitCount: count, byteCount: count, stop: count == limit ? .limit : .exhausted)
  }

  @inline(__always)
  private func forEachScalar(
    in bytes: UnsafeRawBufferPointer, limit: Int, isFinal: Bool, _ body: (UnitKey) -> Void
  ) -> Result {
    var (position, unitCount) = showRuns(in: bytes, limit: limit, body)
    while unitCount < limit {
      guard position < bytes.count else {
        return Result(unitCount: unitCount, byteCount: position, stop: .exhausted)
      }
      switch decodeScalar(in: bytes, at: position) {
      case .scalar(let scalar, let byteCount):
        body(.scalar(scalar))
        position += byteCount
        unitCount += 1
      case .truncated:
        let stop = isFinal ? Stop.malformed(byteOffset: position) : .exhausted
        return Result(unitCount: unitCount, byteCount: position, stop: stop)
      case .malformed:
        return Result(unitCount: unitCount, byteCount: position, stop: .malformed(byteOffset: position))
      }
    }
    return Result(unitCount: unitCount, byteCount: position, stop: .limit)
  }

  /// Shows scalars from the front of `bytes` until the end of the bytes, a limit or a defect is near.
  ///
  /// The next scalar mostly has as many bytes as the one before. With a loop for each length the processor foresees
  /// what comes next, except where the length changes.
  @inline(__always)
  private func showRuns(
    in bytes: UnsafeRawBufferPointer, limit: Int, _ body: (UnitKey) -> Void
  ) -> (byteCount: Int, unitCount: Int) {
    let lastStart = bytes.count - 8
    var position = 0
    var unitCount = 0
    @inline(__always)
    func showRun(byteCount: Int, _ decode: (UInt32) -> UInt32?) {
      while position <= lastStart, unitCount < limit, let scalar = decode(fourBytes(of: bytes, at: position)) {
        body(.scalar(scalar))
        position += byteCount
        unitCount += 1
      }
    }
    while position <= lastStart, limit - unitCount >= 8 {
      if areEightASCII(bytes, at: position) {
        for byte in bytes[position..<position + 8] { body(.scalar(UInt32(byte))) }
        position += 8
        unitCount += 8
        continue
      }
      let start = position
      showRun(byteCount: 1) { $0 & 0x80 == 0 ? $0 & 0x7F : nil }
      showRun(byteCount: 3, threeByteScalar)
      showRun(byteCount: 2, twoByteScalar)
      showRun(byteCount: 4, fourByteScalar)
      if position == start { break }
    }
    return (position, unitCount)
  }
}
