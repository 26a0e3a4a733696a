extension TextSegmenter {
  /// Passes grapheme clusters, as Swift's `Character` segments them, to `body`.
  ///
  /// A cluster boundary depends only on the preceding scalars and on the next one. So every cluster of a piece of text
  /// is final except the last, and segmentation may restart at any cluster without changing the ones after it.
  func forEachGrapheme(
    in bytes: UnsafeRawBufferPointer, limit: Int, isFinal: Bool, _ body: (UnitKey) -> Void
  ) -> Result {
    var result = Result()
    while result.unitCount < limit {
      showPlainScalars(in: bytes, limit: limit, &result, body)
      if result.unitCount == limit { break }
      if let stop = segmentPiece(of: bytes, limit: limit, isFinal: isFinal, &result, body) {
        result.stop = stop
        break
      }
    }
    return result
  }

  /// Passes scalars to `body` as long as both the scalar and the one after it are plain, so that it is a whole cluster.
  @inline(__always)
  private func showPlainScalars(
    in bytes: UnsafeRawBufferPointer, limit: Int, _ result: inout Result, _ body: (UnitKey) -> Void
  ) {
    var end = result.byteCount
    var last: UInt32?
    while result.unitCount < limit, end < bytes.count {
      guard case .scalar(let scalar, let byteCount) = decodeScalar(in: bytes, at: end), scalar.isPlain else { return }
      if let last {
        body(.scalar(last))
        result.unitCount += 1
        result.byteCount = end
      }
      last = scalar
      end += byteCount
    }
  }

  /// Segments the next piece of `bytes`, and returns the reason to stop, or nil to continue.
  private func segmentPiece(
    of bytes: UnsafeRawBufferPointer, limit: Int, isFinal: Bool, _ result: inout Result, _ body: (UnitKey) -> Void
  ) -> Stop? {
    let start = result.byteCount
    let wanted = limit - result.unitCount
    let remaining = UnsafeRawBufferPointer(rebasing: bytes[start...])
    // A reader that wants a few clusters must not decode its whole buffer each time: few clusters have over four bytes.
    let pieceSize =
      wanted < remaining.count / 4 ? min(remaining.count, 4 * wanted + minimumBufferSize) : remaining.count
    let piece = UnsafeRawBufferPointer(rebasing: remaining[..<pieceSize])

    // The standard library segments any text correctly but slowly, so it gets only the text between plain scalars.
    let valid = wellFormedPrefix(of: piece) { $0.isPlain && $1.isPlain }
    let isLastPiece = pieceSize == remaining.count && !valid.endsAtBoundary
    let isMalformed = valid.endsAtMalformed || (isLastPiece && isFinal && valid.byteCount < pieceSize)
    let lastClusterIsWhole = valid.endsAtBoundary || (isLastPiece && isFinal && !isMalformed)

    let text = String(decoding: piece[..<valid.byteCount], as: UTF8.self)
    var index = text.startIndex
    var position = 0
    while index < text.endIndex, result.unitCount < limit {
      let end = text.index(after: index)
      let byteCount = text.utf8.distance(from: index, to: end)
      guard byteCount <= unit.maximumByteCount else { return .clusterTooLong }
      if end == text.endIndex, !lastClusterIsWhole { break }
      body(key(of: UnsafeRawBufferPointer(rebasing: piece[position..<position + byteCount])))
      result.unitCount += 1
      result.byteCount += byteCount
      position += byteCount
      index = end
    }

    if result.unitCount == limit { return .limit }
    if isMalformed { return .malformed(byteOffset: start + valid.byteCount) }
    return isLastPiece ? .exhausted : nil
  }

  private func key(of cluster: UnsafeRawBufferPointer) -> UnitKey {
    if case .scalar(let scalar, let byteCount) = decodeScalar(in: cluster, at: 0), byteCount == cluster.count {
      return .scalar(scalar)
    }
    return .cluster(cluster)
  }
}

extension UInt32 {
  /// Whether there is always a cluster boundary between this scalar and another plain one, in any context.
  ///
  /// Plain scalars neither extend a cluster, nor prepend to one, nor join with each other. The list is not complete,
  /// but it covers most characters of most texts.
  var isPlain: Bool {
    switch self {
    case 0x000D: false  // A line feed joins it.
    case 0x0000...0x02FF: true  // Latin
    case 0x0370...0x0482, 0x048A...0x058F: true  // Greek, Cyrillic, Armenian
    case 0x05D0...0x05EA, 0x0620...0x064A: true  // letters of Hebrew and Arabic
    case 0x2010...0x2027: true  // dashes and quotation marks
    case 0x3000...0x3029, 0x3031...0x3098, 0x309B...0xA66E: true  // punctuation, kana, ideographs
    case 0xAC00...0xD7A3: true  // Hangul syllables: only their parts join them
    case 0xFF00...0xFF9D: true  // fullwidth and halfwidth forms
    case 0xFFFD: true  // the replacement of malformed bytes
    default: false
    }
  }
}
