internal import Checksums

/// One pass over a text, or over a part of it.
struct CorpusScan: ~Copyable {
  /// The number of characters from one recorded position to the next.
  static let charactersPerMark = 65_536

  private(set) var findings = ScanFindings()

  private var checksum = CRC32C()
  /// The total size in bytes of the sources before the current one.
  private var sourceStart = 0
  private var counts = UnitTable<Int>()
  // These are constant, but Swift 6.2 rejects calls of mutating methods from the initializer of a noncopyable type with
  // constants.
  private var segmenter: TextSegmenter
  private var replacement: [UInt8]?
  private var vocabulary: CorpusVocabulary
  /// The token IDs of the given vocabulary; empty if the vocabulary is built from the text.
  private var knownIDs: UnitTable<Int32>

  /// Scans a part of the sources as one text, except that no unit spans two sources.
  init(
    _ part: ScanPart, of sources: [SourceBytes], vocabulary: CorpusVocabulary, malformedUTF8: MalformedUTF8Policy,
    dropsCarriageReturns: Bool = false, bufferSize: Int
  ) throws(CorpusError) {
    segmenter = TextSegmenter(unit: vocabulary.unit, separator: vocabulary.separator)
    replacement = malformedUTF8.replacement
    self.vocabulary = vocabulary
    knownIDs = vocabulary.given?.makeIDTable() ?? UnitTable()

    guard let first = sources.first else { return }
    var window = SourceWindow(
      source: first, position: 0, size: bufferSize, for: segmenter, dropsCarriageReturns: dropsCarriageReturns)
    for piece in part.pieces {
      sourceStart = sources[..<piece.sourceIndex].reduce(0) { $0 + $1.byteCount }
      if findings.marks.isEmpty { addMark(at: piece.bytes.lowerBound) }
      findings.pieces.append(.init(sourceIndex: piece.sourceIndex, characterStart: findings.characterCount))
      checksum = CRC32C()
      window.move(to: sources[piece.sourceIndex], position: piece.bytes.lowerBound, end: piece.bytes.upperBound)
      while !window.isAtEnd {
        try scan(&window)
      }
      findings.pieces[findings.pieces.count - 1].checksum = checksum.value
      findings.lineEndings.endSource()
    }
    findings.entries = counts.sortedEntries(unit: vocabulary.unit).map { .init(bytes: $0.bytes, count: $0.value) }
    try vocabulary.check(count: findings.entries.count)
  }

  private mutating func addMark(at position: Int) {
    findings.marks.append(.init(characterIndex: findings.characterCount, byteOffset: sourceStart + position))
  }

  /// Scans the window's bytes up to the next mark, and loads more bytes after the last one.
  private mutating func scan(_ window: inout SourceWindow) throws(CorpusError) {
    let isFinal = window.isFinal
    let limit = findings.marks.count * Self.charactersPerMark - findings.characterCount
    let result =
      vocabulary.takesAllUnits
      ? window.withBytes { bytes in
        segmenter.forEachUnit(in: bytes, limit: limit, isFinal: isFinal) { counts.add(1, to: $0) }
      }
      : try countKnown(in: window, limit: limit)
    window.consume(result.byteCount)
    findings.characterCount += result.characterCount

    // Unicode bounds the number of scalars, but not of clusters: a text of ever-new clusters must not exhaust the
    // memory.
    try vocabulary.check(count: counts.clusterCount)
    switch result.stop {
    case .limit:
      // If units are left out, fewer characters than units were found.
      if findings.characterCount == findings.marks.count * Self.charactersPerMark { addMark(at: window.position) }
    case .exhausted:
      if !window.isAtEnd { try load(&window) }
    case .malformed(let byteOffset):
      try repair(&window, at: byteOffset - result.byteCount)
    case .clusterTooLong:
      throw .graphemeTooLong(path: window.source.path, byteOffset: window.fileOffset)
    }
  }

  /// Counts the units that are in the given vocabulary, and records those that are not.
  private mutating func countKnown(
    in window: borrowing SourceWindow, limit: Int
  ) throws(CorpusError) -> TextSegmenter.Result {
    let isFinal = window.isFinal
    let unit = segmenter.unit
    var knownCount = 0
    var unknownCount = 0
    var unknownBytes = 0
    var knownBeforeUnknown = 0
    var result = window.withBytes { bytes in
      segmenter.forEachUnit(in: bytes, limit: limit, isFinal: isFinal) { key in
        if knownIDs[key] != 0 {
          counts.add(1, to: key)
          knownCount += 1
        } else {
          if unknownCount == 0 { knownBeforeUnknown = knownCount }
          unknownCount += 1
          unknownBytes += key.byteCount(in: unit)
        }
      }
    }
    result.leftOutCount = unknownCount
    if unknownCount > 0 {
      if findings.unknown == nil { findings.unknown = try firstUnknown(in: window, after: knownBeforeUnknown) }
      findings.unknown?.count += unknownCount
      findings.unknown?.byteCount += unknownBytes
    }
    return result
  }

  /// - Parameter unitCount: The number of units in the window before the unknown one.
  private func firstUnknown(
    in window: borrowing SourceWindow, after unitCount: Int
  ) throws(CorpusError) -> UnknownUnits {
    var window = copy window
    let isFinal = window.isFinal
    let before = window.withBytes { segmenter.forEachUnit(in: $0, limit: unitCount, isFinal: isFinal) { _ in } }
    window.consume(before.byteCount)
    let symbol = window.withBytes { bytes in
      let result = segmenter.forEachUnit(in: bytes, limit: 1, isFinal: isFinal) { _ in }
      return Array(bytes.prefix(result.byteCount))
    }
    let first = UnknownUnits(path: window.source.path, byteOffset: window.fileOffset, symbol: symbol)
    guard vocabulary.leavesOutUnknown else {
      throw .unknownSymbol(
        path: first.path, byteOffset: first.byteOffset, symbol: first.symbol, unit: segmenter.unit)
    }
    return first
  }

  private mutating func load(_ window: inout SourceWindow) throws(CorpusError) {
    let count = try window.refill()
    // The bytes are in the CPU cache now; reading them again later would take longer.
    window.withBytes { bytes in
      let new = UnsafeRawBufferPointer(rebasing: bytes.suffix(count))
      checksum.update(new)
      findings.pieces[findings.pieces.count - 1].byteCount += count
      findings.lineEndings.count(new)
    }
  }

  private mutating func repair(_ window: inout SourceWindow, at offset: Int) throws(CorpusError) {
    // The offset is correct for the first sequence, and is needed for no other.
    let first = findings.malformed ?? .init(count: 0, path: window.source.path, byteOffset: window.fileOffset + offset)
    guard let replacement else {
      let limit = window.source.byteCount / 1000 + 1
      let count = try window.source.malformedCount(from: window.position + offset, limit: limit)
      throw .malformedUTF8(path: first.path, byteOffset: first.byteOffset, isRare: count < limit)
    }
    findings.malformed = .init(count: first.count + 1, path: first.path, byteOffset: first.byteOffset)
    window.repair(at: offset, with: replacement)
  }
}
