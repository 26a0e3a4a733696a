/// What one pass over a text finds: its units with their counts, its length, and where in it readers can start.
struct CorpusScan: ~Copyable {
  /// The distance between the characters whose positions are noted.
  static let charactersPerMark = 65_536

  /// Every unit of the text and how often it occurs, in ascending order of the bytes.
  private(set) var entries: [(bytes: [UInt8], value: Int)] = []
  private(set) var characterCount = 0
  /// The index of the first character of each source.
  private(set) var characterStarts: [Int] = []
  /// The byte of the text at which every 65,536th character starts.
  private(set) var marks = [0]

  private var checksum = CRC32C()
  private var byteCount = 0
  private var counts = UnitTable<Int>()
  private let segmenter: TextSegmenter
  private let maximumVocabulary: Int?

  var fingerprint: CorpusFingerprint {
    CorpusFingerprint(byteCount: byteCount, characterCount: characterCount, checksum: checksum.value)
  }

  /// Scans the sources as one text, except that no unit goes on from one source to the next.
  init(
    _ sources: [SourceBytes], unit: TextUnit, maximumVocabulary: Int?, bufferSize: Int
  ) throws(CorpusError) {
    segmenter = TextSegmenter(unit: unit)
    self.maximumVocabulary = maximumVocabulary

    let windowSize = max(bufferSize, segmenter.minimumBufferSize)
    guard let first = sources.first else { return }
    var window = SourceWindow(source: first, position: 0, size: windowSize)
    for source in sources {
      characterStarts.append(characterCount)
      window.move(to: source)
      while !window.isAtEnd {
        try scan(&window)
      }
    }
    entries = counts.sortedEntries(unit: unit)
    try checkVocabulary(count: entries.count)
  }

  /// Scans what the window holds, up to the next mark, and loads more if that was all.
  private mutating func scan(_ window: inout SourceWindow) throws(CorpusError) {
    let isFinal = window.isFinal
    let limit = marks.count * Self.charactersPerMark - characterCount
    let result = window.withBytes { bytes in
      let result = segmenter.forEachUnit(in: bytes, limit: limit, isFinal: isFinal) { counts.add(1, to: $0) }
      // These bytes are near now; reading them again later would take longer.
      checksum.update(UnsafeRawBufferPointer(rebasing: bytes[..<result.byteCount]))
      return result
    }
    window.consume(result.byteCount)
    byteCount += result.byteCount
    characterCount += result.unitCount

    // Scalars are bounded by Unicode. Clusters are not: a text of nothing but different ones must not fill the memory.
    try checkVocabulary(count: counts.clusterCount)
    switch result.stop {
    case .limit:
      marks.append(byteCount)
    case .exhausted:
      if !window.isAtEnd { try window.refill() }
    case .malformed:
      throw .malformedUTF8(path: window.source.path, byteOffset: window.fileOffset)
    case .clusterTooLong:
      throw .graphemeTooLong(path: window.source.path, byteOffset: window.fileOffset)
    }
  }

  private func checkVocabulary(count: Int) throws(CorpusError) {
    if let maximumVocabulary, count > maximumVocabulary {
      throw .vocabularyTooLarge(unit: segmenter.unit, limit: maximumVocabulary)
    }
  }
}
