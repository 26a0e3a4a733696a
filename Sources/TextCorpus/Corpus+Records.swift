extension Corpus {
  /// The byte offset of each source in the text.
  var sourceStarts: [Int] {
    var start = 0
    return sources.map { source in
      defer { start += source.byteCount }
      return start
    }
  }

  /// Returns the byte offsets in the text of all non-empty records of some sources.
  ///
  /// These offsets, 8 bytes a record, are all that is kept in memory of the records.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  func recordStarts(inSources indices: Range<Int>) throws(CorpusError) -> [Int] {
    let bounds = sourceStarts + [byteCount]
    var starts: [Int] = []
    try forEachRecord(in: bounds[indices.lowerBound]..<bounds[indices.upperBound]) { start, _ in starts.append(start) }
    return starts
  }

  /// Passes the byte offset and the number of characters of each non-empty record to `body`.
  ///
  /// - Parameter bytes: The byte range, from the start of a record to the end of a record.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  func forEachRecord(
    in bytes: Range<Int>, _ body: (_ start: Int, _ characterCount: Int) -> Void
  ) throws(CorpusError) {
    guard !bytes.isEmpty else { return }
    let reader = RecordReader(self, bufferSize: readerBufferSize)
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
