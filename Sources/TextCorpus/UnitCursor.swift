/// An iterator over the units of a corpus with their positions, including units that readers leave out.
public struct UnitCursor {
  /// One unit of the text and its position.
  public struct Unit: Equatable, Sendable {
    /// The bytes of the unit in the text, or of the replacement of a malformed sequence.
    public let bytes: [UInt8]
    /// The byte offset of the unit in its source.
    public let byteOffset: Int
    /// Whether the unit is in the vocabulary, so that readers return it.
    public let isKnown: Bool
    /// Whether the unit is the separator of records.
    public let isSeparator: Bool

    package init(bytes: [UInt8], byteOffset: Int, isKnown: Bool, isSeparator: Bool = false) {
      self.bytes = bytes
      self.byteOffset = byteOffset
      self.isKnown = isKnown
      self.isSeparator = isSeparator
    }
  }

  private let corpus: Corpus
  private let segmenter: TextSegmenter
  private var sourceIndex = 0
  private var window: SourceWindow

  /// Creates a cursor at the start of the corpus.
  public init(_ corpus: Corpus) {
    self.corpus = corpus
    segmenter = corpus.vocabulary.segmenter
    window = SourceWindow(
      source: corpus.sources[0], position: 0, size: corpus.readerBufferSize, for: segmenter,
      dropsCarriageReturns: corpus.dropsCarriageReturns)
  }

  /// Returns the next unit, or nil at the end.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`. The cursor must not be used after an error.
  public mutating func next() throws(CorpusError) -> Unit? {
    while true {
      let (segmenter, corpus, isFinal, offset) = (segmenter, corpus, window.isFinal, window.fileOffset)
      var id: Int32?
      let (result, bytes) = window.withBytes { bytes in
        let result = segmenter.forEachUnit(in: bytes, limit: 1, isFinal: isFinal) { id = corpus.id(of: $0) }
        return (result, Array(bytes.prefix(result.byteCount)))
      }
      window.consume(result.byteCount)
      if let id {
        let isSeparator = id == corpus.vocabulary.endMark
        return Unit(bytes: bytes, byteOffset: offset, isKnown: id >= 0, isSeparator: isSeparator)
      }
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
