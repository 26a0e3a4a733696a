/// A reader of a corpus's records, starting at any byte at which a record or the rest of one begins.
///
/// A record ends with a separator or at the end of its source. The separator is not returned.
final class RecordReader {
  private let corpus: Corpus
  private let segmenter: TextSegmenter
  private let separator: RecordSeparator?
  /// The byte offset of each source in the text.
  private let sourceStarts: [Int]
  private var sourceIndex = 0
  private var window: SourceWindow

  /// Creates a reader at the start of the corpus.
  ///
  /// - Parameter bufferSize: The buffer size in bytes; the length of several records, if they are read one after another.
  init(_ corpus: Corpus, bufferSize: Int) {
    self.corpus = corpus
    segmenter = corpus.vocabulary.segmenter
    separator = corpus.vocabulary.separator
    sourceStarts = corpus.sourceStarts
    window = SourceWindow(
      source: corpus.sources[0], position: 0, size: bufferSize, for: segmenter,
      dropsCarriageReturns: corpus.dropsCarriageReturns)
  }

  /// The byte offset in the text of the next byte.
  var position: Int { sourceStarts[sourceIndex] + window.position }

  /// Moves to a byte of the text at which a character starts.
  func seek(to position: Int) {
    var candidates = sourceStarts.indices
    while candidates.count > 1 {
      let middle = candidates.lowerBound + candidates.count / 2
      candidates =
        sourceStarts[middle] <= position ? middle..<candidates.upperBound : candidates.lowerBound..<middle
    }
    sourceIndex = candidates.lowerBound
    window.move(to: corpus.sources[sourceIndex], position: position - sourceStarts[sourceIndex])
  }

  /// Moves to the next non-empty source if the current one has ended. Returns false at the end of the text.
  func goOn() -> Bool {
    while window.isAtEnd {
      guard sourceIndex + 1 < corpus.sources.count else { return false }
      sourceIndex += 1
      window.move(to: corpus.sources[sourceIndex])
    }
    return true
  }

  /// Appends the next characters of a record, without those that are not in the vocabulary.
  ///
  /// - Returns: Whether the record has ended. If not, `limit` characters were appended.
  /// - Throws: `CorpusError.readFailed` or `.changed`. The reader must then be moved before it reads again.
  func read(atMost limit: Int, into ids: inout [Int32]) throws(CorpusError) -> Bool {
    let wanted = ids.count + limit
    while true {
      let (result, end) = showRecord(limit: wanted - ids.count, to: &ids)
      window.consume(result.byteCount)
      guard result.leftOutCount == 0 || corpus.unknown != nil else { throw .changed(path: window.source.path) }
      switch result.stop {
      case .limit:
        if ids.count == wanted { return false }
      case .exhausted:
        if let byteCount = end?.byteCount {
          window.consume(byteCount)
          return true
        }
        if window.isAtEnd { return true }
        try window.refill()
      case .malformed(let byteOffset):
        guard let replacement = corpus.replacement else { throw .changed(path: window.source.path) }
        window.repair(at: byteOffset - result.byteCount, with: replacement)
      case .clusterTooLong: throw .changed(path: window.source.path)
      }
    }
  }

  /// Appends the loaded characters of the record. No unit extends beyond the start of a separator.
  private func showRecord(
    limit: Int, to ids: inout [Int32]
  ) -> (TextSegmenter.Result, end: (start: Int, byteCount: Int?)?) {
    let isFinal = window.isFinal
    return window.withBytes { bytes in
      let end = separator?.first(in: bytes, isFinal: isFinal)
      var leftOutCount = 0
      var result = segmenter.forEachUnitOfRecord(
        in: UnsafeRawBufferPointer(rebasing: bytes[..<(end?.start ?? bytes.count)]), limit: limit,
        isFinal: isFinal || end != nil
      ) { key in
        let id = corpus.id(of: key)
        if id >= 0 { ids.append(id) } else { leftOutCount += 1 }
      }
      result.leftOutCount = leftOutCount
      return (result, end)
    }
  }
}
