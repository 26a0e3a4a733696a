extension TextSegmenter {
  /// Shows grapheme clusters as Swift's `Character` segments them.
  ///
  /// Whether a cluster ends depends only on the scalars before and on the next one. So every cluster of a piece of
  /// text is settled except the last, and cutting may begin anew at any cluster without changing the ones after it.
  func forEachGrapheme(
    in bytes: UnsafeRawBufferPointer, limit: Int, isFinal: Bool, _ body: (UnitKey) -> Void
  ) -> Result {
    var result = Result()
    while result.unitCount < limit {
      let isAtEnd = segmentPiece(of: bytes, limit: limit, isFinal: isFinal, &result, body)
      if isAtEnd { break }
    }
    return result
  }

  /// Segments the next piece of `bytes`, and returns whether that was all that can be done with them.
  private func segmentPiece(
    of bytes: UnsafeRawBufferPointer, limit: Int, isFinal: Bool, _ result: inout Result, _ body: (UnitKey) -> Void
  ) -> Bool {
    let wanted = limit - result.unitCount
    let remaining = UnsafeRawBufferPointer(rebasing: bytes[result.byteCount...])
    // A reader that wants a few clusters must not decode its whole buffer each time: few clusters have over four bytes.
    let pieceSize =
      wanted < remaining.count / 4 ? min(remaining.count, 4 * wanted + minimumBufferSize) : remaining.count
    let piece = UnsafeRawBufferPointer(rebasing: remaining[..<pieceSize])
    let isLastPiece = pieceSize == remaining.count

    let valid = wellFormedPrefix(of: piece)
    let isMalformed = valid.endsAtMalformed || (isLastPiece && isFinal && valid.byteCount < pieceSize)
    let lastClusterIsWhole = isMalformed || (isLastPiece && isFinal)

    let text = String(decoding: piece[..<valid.byteCount], as: UTF8.self)
    var start = text.startIndex
    var position = 0
    while start < text.endIndex, result.unitCount < limit {
      let end = text.index(after: start)
      let byteCount = text.utf8.distance(from: start, to: end)
      guard byteCount <= unit.maximumByteCount else {
        result.stop = .clusterTooLong
        return true
      }
      if end == text.endIndex, !lastClusterIsWhole { break }
      body(key(of: UnsafeRawBufferPointer(rebasing: piece[position..<position + byteCount])))
      result.unitCount += 1
      result.byteCount += byteCount
      position += byteCount
      start = end
    }

    if result.unitCount == limit { return true }
    result.stop = isMalformed ? .malformed : .exhausted
    return isMalformed || isLastPiece
  }

  private func key(of cluster: UnsafeRawBufferPointer) -> UnitKey {
    if case .scalar(let scalar, let byteCount) = decodeScalar(in: cluster, at: 0), byteCount == cluster.count {
      return .scalar(scalar)
    }
    return .cluster(cluster)
  }
}
