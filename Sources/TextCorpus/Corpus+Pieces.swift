extension Corpus {
  /// The approximate number of characters in a piece.
  private static let pieceLength = 4096

  /// Passes the characters of a part in order, in pieces of a few thousand, to `body` until it returns false.
  ///
  /// Records form one sequence: an end mark, followed by each record with its end mark.
  ///
  /// - Parameter body: Receives the token IDs, and whether the piece is the start of a sequence.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  package func forEachPiece(
    of part: CorpusPart, _ body: (_ characters: ArraySlice<Int32>, _ isStart: Bool) -> Bool
  ) throws(CorpusError) {
    switch part {
    case .characters(let ranges):
      for range in ranges {
        guard try showPieces(of: range, body) else { return }
      }
    case .records(let starts): try showPieces(ofRecords: starts, body)
    }
  }

  /// - Returns: Whether to continue.
  private func showPieces(
    of range: Range<Int>, _ body: (ArraySlice<Int32>, Bool) -> Bool
  ) throws(CorpusError) -> Bool {
    let reader = try makeReader(at: range.lowerBound)
    var piece = [Int32](repeating: 0, count: min(Self.pieceLength, range.count))
    while reader.characterIndex < range.upperBound {
      let start = reader.characterIndex
      let count = min(piece.count, range.upperBound - start)
      try piece.withUnsafeMutableBufferPointer { (ids) throws(CorpusError) in
        try reader.read(into: UnsafeMutableBufferPointer(rebasing: ids[..<count]))
      }
      guard body(piece[..<count], start == range.lowerBound) else { return false }
    }
    return true
  }

  private func showPieces(
    ofRecords starts: [Int], _ body: (ArraySlice<Int32>, Bool) -> Bool
  ) throws(CorpusError) {
    guard let endMark = vocabulary.endMark else { return }
    let reader = RecordReader(self, bufferSize: readerBufferSize)
    var piece = [endMark]
    var isStart = true
    func show() -> Bool {
      defer {
        piece.removeAll(keepingCapacity: true)
        isStart = false
      }
      return piece.isEmpty || body(piece[...], isStart)
    }
    for start in starts {
      if reader.position != start { reader.seek(to: start) }
      // The last record may have ended with its source.
      _ = reader.goOn()
      while try !reader.read(atMost: max(1, Self.pieceLength - piece.count), into: &piece) {
        guard show() else { return }
      }
      piece.append(endMark)
      if piece.count >= Self.pieceLength {
        guard show() else { return }
      }
    }
    _ = show()
  }
}
