extension Corpus {
  /// The byte offset of each source in the text.
  var sourceStarts: [Int] {
    var start = 0
    return sources.map { source in
      defer { start += source.byteCount }
      return start
    }
  }

  /// Returns the byte offsets in the text of all non-empty lines of some sources.
  ///
  /// These offsets, 8 bytes a line, are all that is kept in memory of the lines.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  func lineStarts(inSources indices: Range<Int>) throws(CorpusError) -> [Int] {
    let bounds = sourceStarts + [byteCount]
    var starts: [Int] = []
    try forEachLine(in: bounds[indices.lowerBound]..<bounds[indices.upperBound]) { start, _ in starts.append(start) }
    return starts
  }

  /// Passes the byte offset and the number of characters of each non-empty line to `body`.
  ///
  /// - Parameter bytes: The byte range, from the start of a line to the end of a line.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  func forEachLine(
    in bytes: Range<Int>, _ body: (_ start: Int, _ characterCount: Int) -> Void
  ) throws(CorpusError) {
    guard !bytes.isEmpty else { return }
    let reader = LineReader(self, bufferSize: readerBufferSize)
    reader.seek(to: bytes.lowerBound)
    var piece: [Int32] = []
    while reader.goOn(), reader.position < bytes.upperBound {
      let start = reader.position
      var characterCount = 0
      var hasEnded = false
      while !hasEnded {
        piece.removeAll(keepingCapacity: true)
        hasEnded = try reader.read(atMost: readerBufferSize, into: &piece)
        characterCount += piece.count
      }
      if characterCount > 0 { body(start, characterCount) }
    }
  }
}
