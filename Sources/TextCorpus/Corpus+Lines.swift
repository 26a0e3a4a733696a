extension Corpus {
  /// The byte of the text at which each source starts.
  var sourceStarts: [Int] {
    var start = 0
    return sources.map { source in
      defer { start += source.byteCount }
      return start
    }
  }

  /// The bytes of the text at which the lines of some sources start, without lines that have no character.
  ///
  /// It is all that is held of them: 8 bytes a line.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  func lineStarts(inSources indices: Range<Int>) throws(CorpusError) -> [Int] {
    let bounds = sourceStarts + [byteCount]
    var starts: [Int] = []
    try forEachLine(in: bounds[indices.lowerBound]..<bounds[indices.upperBound]) { start, _ in starts.append(start) }
    return starts
  }

  /// Shows lines that have any character, each with the byte at which it starts and the number of its characters.
  ///
  /// - Parameter bytes: From where a line starts to where one ends.
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
