internal import SystemCalls

/// The bytes of a source that can be read only once, or that is already in memory.
///
/// The bytes are stored in pieces, so that memory grows with the input: a single growing array would be reallocated and
/// copied again and again, with two copies in memory each time.
struct HeldBytes {
  static let pieceSize = 1 << 20

  private(set) var count = 0
  /// The pieces; each but the last has `pieceSize` bytes.
  private var pieces: [[UInt8]] = []

  init(_ bytes: [UInt8]) {
    count = bytes.count
    pieces = stride(from: 0, to: count, by: Self.pieceSize).map { Array(bytes[$0...].prefix(Self.pieceSize)) }
  }

  /// Reads to the end of the input.
  init(readingFrom descriptor: FileDescriptor, path: String) throws(CorpusError) {
    var isAtEnd = false
    while !isAtEnd {
      // An input without an end must not take the memory of everything else.
      if pieces.count % 16 == 0, Machine.availableMemory.map({ $0 < Machine.reservedMemory }) == true {
        throw .readFailed(path: path, errno: SystemError.outOfMemory.number)
      }
      var failure: SystemError?
      let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, filled in
        do throws(SystemError) {
          while filled < buffer.count, !isAtEnd {
            let rest = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
            let count = try descriptor.readSome(into: rest)
            filled += count
            isAtEnd = count == 0
          }
        } catch {
          failure = error
        }
      }
      if let failure { throw .readFailed(path: path, errno: failure.number) }
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
