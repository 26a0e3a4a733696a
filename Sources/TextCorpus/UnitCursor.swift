/// Goes over the units of a corpus one by one and tells where each stands, also those that readers leave out.
public struct UnitCursor {
  /// One unit of the text, and its place.
  public struct Unit: Equatable, Sendable {
    /// Its bytes in the text; of a malformed sequence that was replaced, those of the replacement.
    public let bytes: [UInt8]
    /// Where in its source the unit starts.
    public let byteOffset: Int
    /// Whether it is in the vocabulary, and so a character that readers read.
    public let isKnown: Bool

    package init(bytes: [UInt8], byteOffset: Int, isKnown: Bool) {
      self.bytes = bytes
      self.byteOffset = byteOffset
      self.isKnown = isKnown
    }
  }

  private let corpus: Corpus
  private let segmenter: TextSegmenter
  private var sourceIndex = 0
  private var window: SourceWindow

  /// Begins at the start of the corpus.
  public init(_ corpus: Corpus) {
    self.corpus = corpus
    segmenter = TextSegmenter(unit: corpus.vocabulary.unit)
    window = SourceWindow(
      source: corpus.sources[0], position: 0, size: corpus.readerBufferSize, for: segmenter,
      dropsCarriageReturns: corpus.dropsCarriageReturns)
  }

  /// The next unit, or nil at the end.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`. The cursor is of no further use then.
  public mutating func next() throws(CorpusError) -> Unit? {
    while true {
      let (segmenter, corpus, isFinal, offset) = (segmenter, corpus, window.isFinal, window.fileOffset)
      var unit: Unit?
      let result = window.withBytes { bytes in
        segmenter.forEachUnit(in: bytes, limit: 1, isFinal: isFinal) { key in
          unit = Unit(
            bytes: Array(bytes.prefix(key.byteCount(in: segmenter.unit))), byteOffset: offset,
            isKnown: corpus.idTable[key] != 0)
        }
      }
      window.consume(result.byteCount)
      if let unit { return unit }
      switch result.stop {
      case .limit, .clusterTooLong: throw .changed(path: window.source.path)
      case .malformed(let byteOffset):
        guard let replacement = corpus.replacement else { throw .changed(path: window.source.path) }
        window.repair(at: byteOffset - result.byteCount, with: replacement)
      case .exhausted where !window.isAtEnd: try window.refill()
      case .exhausted:
        sourceIndex += 1
        guard sourceIndex < corpus.sources.count else { return nil }
        window.move(to: corpus.sources[sourceIndex])
      }
    }
  }
}
