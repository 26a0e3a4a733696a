internal import SystemCalls

/// The bytes of one opened source, without a byte-order mark at the start.
///
/// Any number of readers on any threads may share one source: reading moves no shared file offset.
final class SourceBytes: Sendable {
  private enum Storage {
    case file(FileDescriptor)
    case memory(HeldBytes)

    /// Reads at an offset in the file until the buffer is full; returns false if the file ends first.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer, path: String) throws(CorpusError) -> Bool {
      switch self {
      case .file(let descriptor):
        do throws(SystemError) {
          return try descriptor.fill(buffer, at: offset) == buffer.count
        } catch {
          throw .readFailed(path: path, errno: error.number)
        }
      case .memory(let bytes):
        bytes.copy(from: offset, into: buffer)
        return true
      }
    }

    func closeFile() {
      if case .file(let descriptor) = self { descriptor.close() }
    }
  }

  let path: String
  /// The size of the text in bytes, without the mark.
  let byteCount: Int
  private let storage: Storage
  private let markByteCount: Int

  /// Opens the source; a source that cannot be read twice is read to its end.
  init(_ source: TextSource) throws(CorpusError) {
    path = source.path
    let (storage, size) = try Self.makeStorage(of: source)
    var isOpen = false
    defer { if !isOpen { storage.closeFile() } }
    markByteCount = try Self.byteOrderMarkSize(in: storage, size: size, path: path)
    byteCount = size - markByteCount
    self.storage = storage
    isOpen = true
  }

  private static func makeStorage(of source: TextSource) throws(CorpusError) -> (Storage, size: Int) {
    let path = source.path
    var descriptor = FileDescriptor.standardInput
    switch source {
    case .bytes(let bytes): return (.memory(HeldBytes(bytes)), bytes.count)
    case .standardInput: break
    case .file:
      do throws(SystemError) {
        descriptor = try .open(path, for: .reading)
      } catch {
        throw .cannotOpen(path: path, errno: error.number)
      }
    }
    var keepsOpen = source == .standardInput
    defer { if !keepsOpen { descriptor.close() } }

    let status = try fileStatus(of: descriptor, path: path)
    guard status.kind != .directory else { throw .isDirectory(path: path) }
    // Files that the kernel generates on the fly report a size of zero.
    if source != .standardInput, status.kind == .regular, status.byteCount > 0 {
      keepsOpen = true
      return (.file(descriptor), status.byteCount)
    }
    let bytes = try HeldBytes(readingFrom: descriptor, path: path)
    return (.memory(bytes), bytes.count)
  }

  deinit { storage.closeFile() }

  /// Returns the file offset, including the mark, of a position in the text.
  func fileOffset(of position: Int) -> Int { position + markByteCount }

  /// Fills `buffer` with the bytes of text from `position` on, all of which must be before `byteCount`.
  ///
  /// - Throws: `CorpusError.readFailed`, or `.changed` if the size of the file has changed since it was opened.
  func read(at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(CorpusError) {
    let isComplete = try storage.read(at: fileOffset(of: position), into: buffer, path: path)
    if case .file(let descriptor) = storage {
      let size = try fileStatus(of: descriptor, path: path).byteCount
      guard isComplete, size == fileOffset(of: byteCount) else { throw .changed(path: path) }
    }
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func byteOrderMarkSize(in storage: Storage, size: Int, path: String) throws(CorpusError) -> Int {
    guard size >= byteOrderMark.count else { return 0 }
    var start: (UInt8, UInt8, UInt8) = (0, 0, 0)
    let isComplete = try withUnsafeMutableBytes(of: &start) { (buffer) throws(CorpusError) in
      try storage.read(at: 0, into: buffer, path: path)
    }
    guard isComplete else { throw .changed(path: path) }
    return [start.0, start.1, start.2] == byteOrderMark ? byteOrderMark.count : 0
  }
}

private func fileStatus(of descriptor: FileDescriptor, path: String) throws(CorpusError) -> FileStatus {
  do throws(SystemError) {
    return try descriptor.status()
  } catch {
    throw .readFailed(path: path, errno: error.number)
  }
}
