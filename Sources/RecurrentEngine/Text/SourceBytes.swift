#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of one opened source, without a byte-order mark at their start.
///
/// Any number of readers on any threads may share one: reading moves no common offset.
final class SourceBytes: Sendable {
  private enum Storage {
    case file(descriptor: Int32)
    case memory([UInt8])
  }

  let path: String
  /// Bytes of text, without the mark.
  let byteCount: Int
  private let storage: Storage
  private let markByteCount: Int

  /// Opens the source; reads it to its end if it cannot be read twice.
  init(_ source: TextSource) throws(CorpusError) {
    path = source.path
    var descriptor = STDIN_FILENO
    if case .file(let path) = source {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
    }
    var keepsOpen = source == .standardInput
    defer { if !keepsOpen { close(descriptor) } }

    let status = try fileStatus(of: descriptor, path: path)
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .isDirectory(path: path) }

    // Files that the kernel makes up as they are read say that they have no bytes.
    if source != .standardInput, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 {
      let size = Int(status.st_size)
      markByteCount = try Self.byteOrderMarkSize(in: descriptor, size: size, path: path)
      byteCount = size - markByteCount
      storage = .file(descriptor: descriptor)
      keepsOpen = true
    } else {
      let bytes = try readToEnd(of: descriptor, path: path)
      markByteCount = bytes.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
      byteCount = bytes.count - markByteCount
      storage = .memory(bytes)
    }
  }

  deinit {
    if case .file(let descriptor) = storage { close(descriptor) }
  }

  /// Where in the file, counted with the mark, a position in the text is.
  func fileOffset(of position: Int) -> Int { position + markByteCount }

  /// Fills `buffer` with the bytes of text from `position` on, all of which must be before `byteCount`.
  ///
  /// - Throws: `CorpusError.readFailed`, or `.changed` if the file no longer has the size that it had when opened.
  func read(at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(CorpusError) {
    let offset = fileOffset(of: position)
    switch storage {
    case .memory(let bytes):
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset...].prefix(buffer.count)))
      }
    case .file(let descriptor):
      let isComplete = try fill(buffer, from: descriptor, at: offset, path: path)
      let size = try Int(fileStatus(of: descriptor, path: path).st_size)
      guard isComplete, size == fileOffset(of: byteCount) else { throw .changed(path: path) }
    }
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func byteOrderMarkSize(in descriptor: Int32, size: Int, path: String) throws(CorpusError) -> Int {
    guard size >= byteOrderMark.count else { return 0 }
    var start: (UInt8, UInt8, UInt8) = (0, 0, 0)
    let isComplete = try withUnsafeMutableBytes(of: &start) { (buffer) throws(CorpusError) in
      try fill(buffer, from: descriptor, at: 0, path: path)
    }
    guard isComplete else { throw .changed(path: path) }
    return [start.0, start.1, start.2] == byteOrderMark ? byteOrderMark.count : 0
  }
}

private func fileStatus(of descriptor: Int32, path: String) throws(CorpusError) -> stat {
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw .readFailed(path: path, errno: errno) }
  return status
}

/// Reads at `offset` until the buffer is full; returns false if the file ends first.
private func fill(
  _ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int, path: String
) throws(CorpusError) -> Bool {
  var filled = 0
  while filled < buffer.count {
    let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
    let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
    if count == 0 { return false }
    if count > 0 {
      filled += count
    } else if errno != EINTR {
      throw .readFailed(path: path, errno: errno)
    }
  }
  return true
}

private func readToEnd(of descriptor: Int32, path: String) throws(CorpusError) -> [UInt8] {
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(descriptor, &piece, piece.count)
    if count == 0 { return bytes }
    if count > 0 {
      bytes.append(contentsOf: piece[..<count])
    } else if errno != EINTR {
      throw .readFailed(path: path, errno: errno)
    }
  }
}
