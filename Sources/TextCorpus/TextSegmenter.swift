/// One unit of text found in a buffer, in the form that `UnitTable` looks up fastest.
package enum UnitKey {
  /// A single scalar, or a byte.
  case scalar(UInt32)
  /// The UTF-8 bytes of a grapheme cluster of several scalars, or of the vocabulary entry of a separator; valid only
  /// during the call that receives them.
  case cluster(UnsafeRawBufferPointer)
}

/// The segmentation of bytes into units: the only code that decides where a unit ends.
///
/// The scan, the readers and the encoding of prompts all use it, so they cannot disagree.
package struct TextSegmenter {
  package enum Stop: Equatable {
    /// The requested number of units was found.
    case limit
    /// The bytes are used up, except for an incomplete unit that the next bytes will complete.
    case exhausted
    /// The bytes at this offset are not UTF-8. A cluster that ends there is not passed: its continuation may follow.
    case malformed(byteOffset: Int)
    /// The cluster after the last unit exceeds the maximum length.
    case clusterTooLong
  }

  package struct Result: Equatable {
    /// The number of units found, and their size in bytes.
    package var unitCount = 0
    package var byteCount = 0
    package var stop = Stop.limit
    /// The number of units that are left out of the text, set by the caller.
    var leftOutCount = 0

    var characterCount: Int { unitCount - leftOutCount }
  }

  package let unit: TextUnit
  /// The separator of records, which is one unit; nil if there is none, or if it is one anyway.
  let separator: RecordSeparator?

  package init(unit: TextUnit, separator: RecordSeparator? = nil) {
    self.unit = unit
    self.separator = separator?.isLine == true ? separator : nil
  }

  /// The shortest buffer in which a unit is always found or seen to be too long: the longest unit, one scalar to see
  /// that it is longer than that, and one scalar cut by the end; or two separators.
  package var minimumBufferSize: Int {
    max(unit == .grapheme ? unit.maximumByteCount + 8 : unit.maximumByteCount, 2 * (separator?.entry.count ?? 0))
  }

  /// Passes at most `limit` units from the front of `bytes`, which start at a unit boundary, to `body`.
  ///
  /// - Parameter isFinal: Whether no text follows these bytes, so that the last unit in them is complete.
  @inline(__always)
  package func forEachUnit(
    in bytes: UnsafeRawBufferPointer, limit: Int, isFinal: Bool, _ body: (UnitKey) -> Void
  ) -> Result {
    guard let separator else { return forEachUnitOfRecord(in: bytes, limit: limit, isFinal: isFinal, body) }
    return separator.entry.withUnsafeBytes { entry in
      var result = Result(stop: .exhausted)
      while true {
        let start = result.byteCount
        let wanted = limit - result.unitCount
        // A reader that wants a few units must not search its whole buffer each time.
        let isShort = wanted < (bytes.count - start) / unit.maximumByteCount
        let size = isShort ? wanted * unit.maximumByteCount + minimumBufferSize : bytes.count
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...].prefix(size))
        let isFinal = isFinal && start + rest.count == bytes.count
        let end = separator.first(in: rest, isFinal: isFinal)
        let part = forEachUnitOfRecord(
          in: UnsafeRawBufferPointer(rebasing: rest[..<(end?.start ?? rest.count)]), limit: wanted,
          isFinal: isFinal || end != nil, body)
        result.unitCount += part.unitCount
        result.byteCount += part.byteCount
        result.stop = part.stop
        if case .malformed(let offset) = part.stop { result.stop = .malformed(byteOffset: start + offset) }
        guard part.stop == .exhausted, let byteCount = end?.byteCount else { return result }
        body(.cluster(entry))
        result.unitCount += 1
        result.byteCount += byteCount
      }
    }
  }

  /// Passes at most `limit` units from the front of `bytes`, none of which is a separator that is a line, to `body`.
  @inline(__always)
  func forEachUnitOfRecord(
    in bytes: UnsafeRawBufferPointer, limit: Int, isFinal: Bool, _ body: (UnitKey) -> Void
  ) -> Result {
    switch unit {
    case .byte: forEachByte(in: bytes, limit: limit, body)
    case .character: forEachScalar(in: bytes, limit: limit, isFinal: isFinal, body)
    case .grapheme: forEachGrapheme(in: bytes, limit: limit, isFinal: isFinal, body)
    }
  }

  /// Returns the number of bytes of a unit that ``forEachUnit(in:limit:isFinal:_:)`` passes, and for a separator its
  /// entry, which can have more bytes: separators share line feeds, and the last one may end with the text.
  func size(
    of key: UnitKey, at position: Int, in bytes: UnsafeRawBufferPointer, isFinal: Bool
  ) -> (byteCount: Int, entry: [UInt8]?) {
    guard let separator, case .cluster(let unit) = key, unit.elementsEqual(separator.entry) else {
      return (key.byteCount(in: unit), nil)
    }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
    return (separator.first(in: rest, isFinal: isFinal)?.byteCount ?? 0, separator.entry)
  }

  /// Skips units as `forEachUnit` passes them, in bytes that are known to be well-formed; malformed bytes may go
  /// unnoticed.
  package func skipUnits(in bytes: UnsafeRawBufferPointer, limit: Int, isFinal: Bool) -> Result {
    // Characters are counted without being decoded, except for the few at the end.
    let countsScalars = unit == .character && separator == nil
    let passed = countsScalars ? passScalars(in: bytes, limit: limit) : (byteCount: 0, unitCount: 0)
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

  /// Passes scalars from the front of `bytes` until the end of the bytes, a limit or a malformed sequence is near.
  ///
  /// The next scalar usually has as many bytes as the previous one. With a loop for each length the branch predictor is
  /// right, except where the length changes.
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
