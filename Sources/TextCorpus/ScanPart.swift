/// A part of a text that is scanned separately: consecutive bytes of consecutive sources.
///
/// Parts begin at the start of a source or after a line feed, where every unit of text ends.
package struct ScanPart {
  /// The bytes of one source that belong to a part.
  struct Piece {
    var sourceIndex: Int
    var bytes: Range<Int>
  }

  var pieces: [Piece]

  /// The number of bytes above which a text is divided further.
  package static let minimumByteCount = 1 << 24
  private static let searchedByteCount = 1 << 16

  /// All bytes of all sources.
  init(_ sources: [SourceBytes]) {
    pieces = sources.indices.map { Piece(sourceIndex: $0, bytes: 0..<sources[$0].byteCount) }
  }

  /// One of several parts of about the same size, fewer for a short text; the rest are empty.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`
  init(
    _ index: Int, of count: Int, _ sources: [SourceBytes], minimumByteCount: Int = minimumByteCount
  ) throws(CorpusError) {
    let byteCount = sources.reduce(0) { $0 + $1.byteCount }
    let used = max(1, min(count, byteCount / minimumByteCount))
    var bounds: [Int] = []
    for part in [index, index + 1] {
      bounds.append(part >= used ? byteCount : try Self.cut(sources, near: byteCount / used * part))
    }
    var start = 0
    pieces = []
    for (sourceIndex, source) in sources.enumerated() {
      let bytes = (bounds[0] - start..<bounds[1] - start).clamped(to: 0..<source.byteCount)
      if !bytes.isEmpty { pieces.append(Piece(sourceIndex: sourceIndex, bytes: bytes)) }
      start += source.byteCount
    }
  }

  /// Returns the first offset in the text, from `offset` on, that is the start of a source or follows a line feed.
  private static func cut(_ sources: [SourceBytes], near offset: Int) throws(CorpusError) -> Int {
    guard offset > 0 else { return 0 }
    var start = 0
    var index = 0
    while index < sources.count, offset - start >= sources[index].byteCount {
      start += sources[index].byteCount
      index += 1
    }
    guard index < sources.count, offset > start else { return offset }
    let source = sources[index]
    // The byte before may be a line feed.
    var position = offset - start - 1
    var buffer = [UInt8](repeating: 0, count: min(searchedByteCount, source.byteCount))
    while position < source.byteCount {
      let count = min(buffer.count, source.byteCount - position)
      try buffer.withUnsafeMutableBufferPointer { (bytes) throws(CorpusError) in
        try source.read(
          at: position, into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[..<count])))
      }
      if let index = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) { return start + position + index + 1 }
      position += count
    }
    return start + source.byteCount
  }
}
