/// A reader of a corpus's lines, starting at any byte at which a line or the rest of one begins.
///
/// A line ends with a line feed or at the end of its source. The line feed is not returned.
final class LineReader {
  private let corpus: Corpus
  private let segmenter: TextSegmenter
  /// The byte offset of each source in the text.
  private let sourceStarts: [Int]
  private var sourceIndex = 0
  private var window: SourceWindow

  /// Creates a reader at the start of the corpus.
  ///
  /// - Parameter bufferSize: The buffer size in bytes; the length of several lines, if they are read one after another.
  init(_ corpus: Corpus, bufferSize: Int) {
    self.corpus = corpus
    segmenter = TextSegmenter(unit: corpus.vocabulary.unit)
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

  /// Appends the next characters of a line, without those that are not in the vocabulary.
  ///
  /// - Returns: Whether the line has ended. If not, `limit` characters were appended.
  /// - Throws: `CorpusError.readFailed` or `.changed`. The reader must then be moved before it reads again.
  func read(atMost limit: Int, into ids: inout [Int32]) throws(CorpusError) -> Bool {
    let wanted = ids.count + limit
    while true {
      let (result, lineEnd) = showLine(limit: wanted - ids.count, to: &ids)
      window.consume(result.byteCount)
      guard result.leftOutCount == 0 || corpus.unknown != nil else { throw .changed(path: window.source.path) }
      switch result.stop {
      case .limit:
        if ids.count == wanted { return false }
      case .exhausted:
        if lineEnd != nil {
          window.consume(1)
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

  /// Appends the loaded characters of the line. No unit extends beyond a line feed.
  private func showLine(limit: Int, to ids: inout [Int32]) -> (TextSegmenter.Result, lineEnd: Int?) {
    let isFinal = window.isFinal
    return window.withBytes { bytes in
      let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n"))
      var leftOutCount = 0
      var result = segmenter.forEachUnit(
        in: UnsafeRawBufferPointer(rebasing: bytes[..<(lineEnd ?? bytes.count)]), limit: limit,
        isFinal: isFinal || lineEnd != nil
      ) { key in
        let id = corpus.idTable[key] - 1
        if id >= 0 { ids.append(id) } else { leftOutCount += 1 }
      }
      result.leftOutCount = leftOutCount
      return (result, lineEnd)
    }
  }
}
