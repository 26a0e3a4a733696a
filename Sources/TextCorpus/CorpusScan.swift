internal import Checksums

/// The result of one pass over a text: its units and their counts, its length, and the positions at which readers can
/// start.
struct CorpusScan: ~Copyable {
  /// The number of characters from one recorded position to the next.
  static let charactersPerMark = 65_536

  /// Every unit that is read and its number of occurrences, in ascending order of the bytes.
  private(set) var entries: [(bytes: [UInt8], value: Int)] = []
  private(set) var characterCount = 0
  /// The index of the first character of each source.
  private(set) var characterStarts: [Int] = []
  /// The byte offset in the text of every 65,536th character.
  private(set) var marks = [0]
  /// The malformed sequences that were replaced or skipped; nil if there were none.
  private(set) var malformed: MalformedSequences?
  /// The units that are left out because they are not in the vocabulary; nil if there are none.
  private(set) var unknown: UnknownUnits?

  private(set) var lineEndings = LineEndings()

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

  /// Scans the sources as one text, except that no unit spans two sources.
  init(
    _ sources: [SourceBytes], vocabulary: CorpusVocabulary, malformedUTF8: MalformedUTF8Policy,
    dropsCarriageReturns: Bool = false, bufferSize: Int
  ) throws(CorpusError) {
    segmenter = TextSegmenter(unit: vocabulary.unit, separator: vocabulary.separator)
    replacement = malformedUTF8.replacement
    self.vocabulary = vocabulary
    knownIDs = vocabulary.given?.makeIDTable() ?? UnitTable()

    guard let first = sources.first else { return }
    var window = SourceWindow(
      source: first, position: 0, size: bufferSize, for: segmenter, dropsCarriageReturns: dropsCarriageReturns)
    for source in sources {
      characterStarts.append(characterCount)
      let before = checksum
      window.move(to: source)
      while !window.isAtEnd {
        try scan(&window)
      }
      lineEndings.endSource()
      source.remember(
        .init(before: before, value: checksum.value, dropsCarriageReturns: dropsCarriageReturns))
      sourceStart += source.byteCount
    }
    entries = counts.sortedEntries(unit: vocabulary.unit)
    // As a grapheme, a carriage return with its line feed is another unit.
    let pairCount = vocabulary.unit == .grapheme ? 0 : lineEndings.pairCount
    lineEndings.lineFeedCount = max(0, counts[.scalar(UInt32(UInt8(ascii: "\n")))] - pairCount)
    try checkVocabulary(count: entries.count)
  }

  var fingerprint: CorpusFingerprint {
    CorpusFingerprint(byteCount: sourceStart, characterCount: characterCount, checksum: checksum.value)
  }

  /// Scans the window's bytes up to the next mark, and loads more bytes after the last one.
  private mutating func scan(_ window: inout SourceWindow) throws(CorpusError) {
    let isFinal = window.isFinal
    let limit = marks.count * Self.charactersPerMark - characterCount
    let result =
      vocabulary.takesAllUnits
      ? window.withBytes { bytes in
        segmenter.forEachUnit(in: bytes, limit: limit, isFinal: isFinal) { counts.add(1, to: $0) }
      }
      : try countKnown(in: window, limit: limit)
    window.consume(result.byteCount)
    characterCount += result.characterCount

    // Unicode bounds the number of scalars, but not of clusters: a text of ever-new clusters must not exhaust the
    // memory.
    try checkVocabulary(count: counts.clusterCount)
    switch result.stop {
    case .limit:
      // If units are left out, fewer characters than units were found.
      if characterCount == marks.count * Self.charactersPerMark { marks.append(sourceStart + window.position) }
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
      if unknown == nil { unknown = try firstUnknown(in: window, after: knownBeforeUnknown) }
      unknown?.count += unknownCount
      unknown?.byteCount += unknownBytes
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
      lineEndings.count(new)
    }
  }

  private mutating func repair(_ window: inout SourceWindow, at offset: Int) throws(CorpusError) {
    // The offset is correct for the first sequence, and is needed for no other.
    let first = malformed ?? .init(count: 0, path: window.source.path, byteOffset: window.fileOffset + offset)
    guard let replacement else {
      let limit = window.source.byteCount / 1000 + 1
      let count = try window.source.malformedCount(from: window.position + offset, limit: limit)
      throw .malformedUTF8(path: first.path, byteOffset: first.byteOffset, isRare: count < limit)
    }
    malformed = .init(count: first.count + 1, path: first.path, byteOffset: first.byteOffset)
    window.repair(at: offset, with: replacement)
  }

  private func checkVocabulary(count: Int) throws(CorpusError) {
    if let limit = vocabulary.maximumKindCount, count > limit {
      throw .vocabularyTooLarge(unit: segmenter.unit, limit: limit)
    }
  }
}
