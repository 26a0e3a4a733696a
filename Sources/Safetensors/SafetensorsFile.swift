internal import Checksums
package import SystemCalls

/// An open safetensors file whose header and checksum were verified; tensors are read on request.
///
/// No memory is allocated from a number in the file before that number is verified, so that opening takes at most twice
/// the file's size plus 32 MB, whatever the file contains.
package struct SafetensorsFile: ~Copyable {
  private let file: OpenFile
  private let header: SafetensorsHeader
  private let indices: [String: Int]
  private let dataOffset: Int

  /// Opens a file and checks its header and, if present, its checksum.
  ///
  /// - Throws: `cannotOpen`, `readFailed`, `notACheckpoint`, `damaged`, `unsupported`.
  package init(path: String, calls: FileSystemCalls = .system) throws(CheckpointError) {
    let file: OpenFile
    do throws(FileError) {
      file = try OpenFile(path: path, calls: calls)
    } catch {
      throw CheckpointError(error)
    }
    let text = try Self.readHeader(of: file)
    let dataOffset = Self.prefixByteCount + text.count
    let header = try SafetensorsHeader(parsing: consume text, path: path)

    let dataByteCount = file.byteCount - dataOffset
    guard dataByteCount == header.dataByteCount else {
      throw .damaged(path: path, .dataByteCount(dataByteCount, expected: header.dataByteCount))
    }
    if let checksum = header.checksum { try Self.verify(checksum, of: file) }

    self.file = file
    self.header = header
    self.dataOffset = dataOffset
    indices = Dictionary(header.entries.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  package var path: String { file.path }

  /// The size of the whole file.
  package var byteCount: Int { file.byteCount }

  /// The tensors' names in the order of their data.
  package var names: [String] { header.entries.map(\.name) }

  /// The metadata without the checksum.
  package var metadata: [String: String] { header.metadata }

  /// Whether the file contains a checksum, which was verified when the file was opened.
  package var hasChecksum: Bool { header.checksum != nil }

  /// Returns the checksum of the file: the one that it contains or, if there is none, that of all its bytes.
  ///
  /// - Throws: `readFailed`.
  package func checksum() throws(CheckpointError) -> UInt32 {
    if let checksum = header.checksum { return checksum.value }
    return try file.checksum(readingAsZeros: 0..<0)
  }

  /// Returns the shape of a tensor, or nil if the tensor does not exist. If one extent is zero, the others are
  /// unchecked and can be arbitrarily large.
  package func shape(of name: String) -> [Int]? {
    indices[name].map { header.entries[$0].shape }
  }

  /// Returns the size in bytes of a tensor's data, or nil if the tensor does not exist.
  package func byteCount(of name: String) -> Int? {
    indices[name].map { header.entries[$0].byteRange.count }
  }

  /// Returns the element type of a tensor, or nil if the tensor does not exist.
  package func elementType(of name: String) -> SafetensorsElementType? {
    indices[name].map { header.entries[$0].elementType }
  }

  /// Reads one tensor in row-major order.
  ///
  /// - Throws: `damaged` if the tensor does not exist or its element type differs, `readFailed`.
  package func tensor<Element: SafetensorsElement>(
    named name: String, of type: Element.Type = Float.self
  ) throws(CheckpointError) -> [Element] {
    let entry = try entry(named: name, of: type)
    return try file.elements(
      count: entry.byteRange.count / Element.elementType.byteCount, at: dataOffset + entry.byteRange.lowerBound)
  }

  /// Reads one tensor from front to back in pieces of at most one megabyte, so that it need not be in memory together
  /// with the data converted from it.
  ///
  /// - Parameter body: Receives the index of the piece's first element, and the elements.
  /// - Throws: The errors of `tensor(named:of:)`, and any that `body` throws.
  package func forEachPiece<Element: SafetensorsElement>(
    ofTensor name: String, _ body: (_ first: Int, _ elements: [Element]) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let entry = try entry(named: name, of: Element.self)
    let elementByteCount = Element.elementType.byteCount
    let count = entry.byteRange.count / elementByteCount
    let pieceCount = (1 << 17) / elementByteCount  // which stay in the cache until they are used
    for first in stride(from: 0, to: count, by: pieceCount) {
      let offset = dataOffset + entry.byteRange.lowerBound + first * elementByteCount
      try body(first, try file.elements(count: min(pieceCount, count - first), at: offset))
    }
  }

  private func entry<Element: SafetensorsElement>(
    named name: String, of: Element.Type
  ) throws(CheckpointError) -> SafetensorsHeader.Entry {
    guard let index = indices[name] else { throw .damaged(path: path, .missingTensor(name)) }
    let entry = header.entries[index]
    guard entry.elementType == Element.elementType else {
      throw .damaged(
        path: path,
        .elementType(entry.elementType.rawValue, tensor: name, expected: Element.elementType.rawValue))
    }
    return entry
  }

  /// The size of the length field before the header, a 64-bit integer.
  package static let prefixByteCount = 8

  private static func readHeader(of file: borrowing OpenFile) throws(CheckpointError) -> [UInt8] {
    guard file.byteCount > prefixByteCount else {
      throw .notACheckpoint(path: file.path, .tooShort(byteCount: file.byteCount))
    }
    let start: [UInt8] = try file.elements(count: prefixByteCount + 1, at: 0)
    guard start.last == UInt8(ascii: "{") else { throw .notACheckpoint(path: file.path, .noHeader) }
    let length = start.prefix(prefixByteCount).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let byteCount = Int(exactly: length), byteCount <= file.byteCount - prefixByteCount else {
      throw .damaged(path: file.path, .headerLength(length, fileByteCount: file.byteCount))
    }
    guard byteCount <= SafetensorsHeader.Limit.byteCount else {
      throw .unsupported(
        path: file.path, .headerByteCount(length, limit: SafetensorsHeader.Limit.byteCount))
    }
    return try file.elements(count: byteCount, at: prefixByteCount)
  }

  private static func verify(
    _ checksum: SafetensorsHeader.Checksum, of file: borrowing OpenFile
  ) throws(CheckpointError) {
    let digits = (prefixByteCount + checksum.digits.lowerBound)..<(prefixByteCount + checksum.digits.upperBound)
    let computed = try file.checksum(readingAsZeros: digits)
    guard computed == checksum.value else {
      throw .damaged(path: file.path, .checksum(stored: checksum.value, computed: computed))
    }
  }
}

extension OpenFile {
  /// Reads elements at byte `offset`; the caller guarantees that the range lies inside the file.
  fileprivate func elements<Element: BitwiseCopyable>(
    count: Int, at offset: Int
  ) throws(CheckpointError) -> [Element] {
    do throws(FileError) {
      return try readArray(count: count, at: offset)
    } catch {
      throw CheckpointError(error)
    }
  }

  /// Returns the checksum of the whole file, with the bytes of `digits` read as the digit zero.
  ///
  /// - Throws: `readFailed`, and `damaged` if the file has become shorter.
  fileprivate func checksum(readingAsZeros digits: Range<Int>) throws(CheckpointError) -> UInt32 {
    var checksum = CRC32C()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(byteCount, 256 << 10), alignment: 8)
    defer { buffer.deallocate() }
    var offset = 0
    while offset < byteCount {
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(byteCount - offset))
      do throws(FileError) {
        try read(into: piece, at: offset)
      } catch {
        throw CheckpointError(error)
      }
      for index in digits.clamped(to: offset..<(offset + piece.count)) { piece[index - offset] = UInt8(ascii: "0") }
      checksum.update(UnsafeRawBufferPointer(piece))
      offset += piece.count
    }
    return checksum.value
  }
}
