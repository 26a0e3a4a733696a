internal import Synchronization
internal import SystemCalls

/// A regular file of text. It stays open if there are descriptors to spare; otherwise each read opens it again.
final class SourceFile: Sendable {
  private let path: String
  /// The size in bytes, from `start` on.
  let byteCount: Int
  /// The offset at which the text begins: of standard input, what another process has read before is no part of it.
  private let start: Int
  private let descriptor: FileDescriptor?
  private let closesDescriptor: Bool
  /// At the last call; nil if every call counts as a change.
  private let status: Mutex<FileStatus?>

  /// - Parameters:
  ///   - start: The offset at which the text begins.
  ///   - descriptor: The open file, which this object closes.
  init(path: String, _ descriptor: FileDescriptor, _ status: FileStatus) {
    let isSpare = descriptor.isSpare
    if !isSpare { descriptor.close() }
    self.path = path
    self.descriptor = isSpare ? descriptor : nil
    closesDescriptor = isSpare
    (start, byteCount) = (0, status.byteCount)
    self.status = Mutex(status)
  }

  /// Takes the rest of a file that is standard input.
  ///
  /// - Throws: `CorpusError.readFailed`
  init(standardInput path: String, _ status: FileStatus) throws(CorpusError) {
    do throws(SystemError) {
      start = try FileDescriptor.standardInput.skipToEnd()
    } catch {
      throw .readFailed(path: path, errno: error.number)
    }
    self.path = path
    descriptor = .standardInput
    closesDescriptor = false
    byteCount = max(0, status.byteCount - start)
    self.status = Mutex(status)
  }

  deinit {
    if closesDescriptor { descriptor?.close() }
  }

  /// Fills `buffer` from an offset on.
  ///
  /// - Returns: Whether the file is as it was at the last call, or when it was opened: neither has its status changed,
  ///   nor is another file in its place.
  /// - Throws: `CorpusError.readFailed`, or `.changed` if the file is gone or has another size.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(CorpusError) -> Bool {
    let (count, current): (Int, FileStatus)
    do throws(SystemError) {
      let file = if let descriptor { descriptor } else { try FileDescriptor.open(path, for: .readingWithoutWaiting) }
      defer { if descriptor == nil { file.close() } }
      count = try file.fill(buffer, at: start + offset)
      current = try file.status()
    } catch {
      throw error == .notFound ? .changed(path: path) : .readFailed(path: path, errno: error.number)
    }
    guard count == buffer.count, current.byteCount == start + byteCount else { throw .changed(path: path) }
    return status.withLock { status in
      guard status != current else { return true }
      if status != nil { status = current }
      return false
    }
  }

  /// Lets no later call find the file as it was.
  func expectChange() { status.withLock { $0 = nil } }
}
