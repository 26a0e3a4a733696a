#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of something that can be read only once, or that is in memory already.
///
/// They are in pieces, so that memory grows with what is read: one growing array would be copied, and be there twice,
/// again and again.
struct HeldBytes {
  static let pieceSize = 1 << 20

  private(set) var count = 0
  /// Each but the last has `pieceSize` bytes.
  private var pieces: [[UInt8]] = []

  init(_ bytes: [UInt8]) {
    count = bytes.count
    pieces = stride(from: 0, to: count, by: Self.pieceSize).map { Array(bytes[$0...].prefix(Self.pieceSize)) }
  }

  /// Reads to the end.
  init(readingFrom descriptor: Int32, path: String) throws(CorpusError) {
    var isAtEnd = false
    while !isAtEnd {
      var failure: Int32 = 0
      let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, filled in
        while filled < buffer.count, !isAtEnd {
          let rest = UnsafeMutableBufferPointer(rebasing: buffer[filled...])
          let count = read(descriptor, rest.baseAddress, rest.count)
          if count > 0 {
            filled += count
          } else if count == 0 || errno != EINTR {
            failure = count == 0 ? 0 : errno
            isAtEnd = true
          }
        }
      }
      guard failure == 0 else { throw .readFailed(path: path, errno: failure) }
      count += piece.count
      pieces.append(piece)
    }
  }

  /// Fills `buffer` with the bytes from `offset` on, all of which must be before `count`.
  func copy(from offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    var copied = 0
    while copied < buffer.count {
      let (piece, start) = (offset + copied).quotientAndRemainder(dividingBy: Self.pieceSize)
      let part = pieces[piece][start...].prefix(buffer.count - copied)
      buffer[copied...].copyBytes(from: part)
      copied += part.count
    }
  }
}
