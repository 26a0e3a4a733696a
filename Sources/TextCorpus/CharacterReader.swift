/// A sequential reader of a corpus that returns token IDs, starting at any character.
///
/// Each reader has its own small buffer and position. A reader is used by one thread at a time; any number of readers
/// may read one corpus concurrently.
public final class CharacterReader {
  /// The index in the corpus of the next character.
  public private(set) var characterIndex: Int

  private let corpus: Corpus
  private let segmenter: TextSegmenter
  private var sourceIndex: Int
  private var window: SourceWindow

  /// Creates a reader at a character whose byte offset in the text is known.
  init(corpus: Corpus, at characterIndex: Int, byte: Int) {
    self.corpus = corpus
    self.characterIndex = characterIndex
    segmenter = corpus.vocabulary.segmenter
    sourceIndex = 0
    var position = byte
    while position > corpus.sources[sourceIndex].byteCount {
      position -= corpus.sources[sourceIndex].byteCount
      sourceIndex += 1
    }
    window = SourceWindow(
      source: corpus.sources[sourceIndex], position: position, size: corpus.readerBufferSize, for: segmenter,
      dropsCarriageReturns: corpus.dropsCarriageReturns)
  }

  /// Fills `ids` with the token IDs of the next characters. The corpus must have at least that many left.
  ///
  /// - Throws: `CorpusError.readFailed`, or `.changed` if a file has changed since the corpus was created. The reader
  ///   must not be used after an error.
  public func read(into ids: UnsafeMutableBufferPointer<Int32>) throws(CorpusError) {
    if corpus.unknown == nil {
      try readAll(into: ids)
    } else {
      try readKnown(count: ids.count) { ids[$0] = $1 }
    }
  }

  private func readAll(into ids: UnsafeMutableBufferPointer<Int32>) throws(CorpusError) {
    var filled = 0
    let segmenter = segmenter
    try advance(by: ids.count) { bytes, limit, isFinal in
      var leastID: Int32 = 0
      let result = segmenter.forEachUnit(in: bytes, limit: limit, isFinal: isFinal) { key in
        let id = corpus.id(of: key)
        ids[filled] = id
        filled += 1
        leastID = min(leastID, id)
      }
      return leastID < 0 ? nil : result
    }
  }

  /// Passes the token IDs of the next `count` characters to `body`, with indices from 0, and skips units that are not
  /// in the vocabulary.
  private func readKnown(
    count: Int, _ body: (_ index: Int, _ id: Int32) -> Void = { _, _ in }
  ) throws(CorpusError) {
    var index = 0
    let segmenter = segmenter
    try advance(by: count) { bytes, limit, isFinal in
      var leftOutCount = 0
      var result = segmenter.forEachUnit(in: bytes, limit: limit, isFinal: isFinal) { key in
        let id = corpus.id(of: key)
        guard id >= 0 else {
          leftOutCount += 1
          return
        }
        body(index, id)
        index += 1
      }
      result.leftOutCount = leftOutCount
      return result
    }
  }

  /// Skips characters.
  func skip(_ count: Int) throws(CorpusError) {
    guard corpus.unknown == nil else { return try readKnown(count: count) }
    let isWellFormed = corpus.replacement == nil
    try advance(by: count) { bytes, limit, isFinal in
      isWellFormed
        ? segmenter.skipUnits(in: bytes, limit: limit, isFinal: isFinal)
        : segmenter.forEachUnit(in: bytes, limit: limit, isFinal: isFinal) { _ in }
    }
  }

  /// Advances by `count` characters. `cut` processes up to a limit of units at the front of the loaded bytes; it
  /// returns nil if one of them is not in the vocabulary.
  @inline(__always)
  private func advance(
    by count: Int, _ cut: (_ bytes: UnsafeRawBufferPointer, _ limit: Int, _ isFinal: Bool) -> TextSegmenter.Result?
  ) throws(CorpusError) {
    precondition(count <= corpus.characterCount - characterIndex, "the corpus has no more characters")
    var remaining = count
    while remaining > 0 {
      let isFinal = window.isFinal
      guard let result = window.withBytes({ cut($0, remaining, isFinal) }) else {
        throw .changed(path: window.source.path)
      }
      window.consume(result.byteCount)
      characterIndex += result.characterCount
      remaining -= result.characterCount
      switch result.stop {
      case .limit: break
      case .exhausted: try loadMore()
      case .malformed(let byteOffset):
        guard let replacement = corpus.replacement else { throw .changed(path: window.source.path) }
        window.repair(at: byteOffset - result.byteCount, with: replacement)
      case .clusterTooLong: throw .changed(path: window.source.path)
      }
    }
  }

  private func loadMore() throws(CorpusError) {
    guard window.isAtEnd else {
      try window.refill()
      return
    }
    // A file of the same size may contain other characters; then its end is not at the expected character.
    guard sourceIndex + 1 < corpus.sources.count, characterIndex == corpus.characterStarts[sourceIndex + 1] else {
      throw .changed(path: window.source.path)
    }
    sourceIndex += 1
    window.move(to: corpus.sources[sourceIndex])
  }
}
