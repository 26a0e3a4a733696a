internal import CommandLineSupport
internal import ToolSupport

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A file to which lines are added while a run goes on.
///
/// Lines that cannot be written, because the disk is full, are kept and written before the next ones.
struct AppendedFile {
  private let path: String
  private let descriptor: Int32
  /// Where the next bytes go; nil for what is no regular file, to which they are just written.
  private var end: Int?
  /// What could not be written yet.
  private var pending: [UInt8] = []

  /// - Parameters:
  ///   - option: What names the file, for messages.
  ///   - keptBytes: How many bytes stay of what the file holds; nil for all.
  /// - Throws: `ToolError` with status `cannotCreate`.
  init(path: String, option: String, keptBytes: Int?) throws(ToolError) {
    self.path = path
    let readable = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    descriptor = readable >= 0 ? readable : open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ToolError(
        .cannotCreate, "\(path): cannot create (\(String(cString: strerror(errno)))); choose another \(option)")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    end = keptBytes ?? Int(status.st_size)
    if let keptBytes { ftruncate(descriptor, off_t(keptBytes)) }
  }

  /// - Throws: `ToolError` with status `inputOutput`; the lines are then kept for the next time.
  mutating func append(_ lines: String) throws(ToolError) {
    pending += Array(lines.utf8)
    try flush()
  }

  /// Writes what is still to be written.
  mutating func flush() throws(ToolError) {
    guard !pending.isEmpty else { return }
    if let code = pending.withUnsafeBytes({ write($0) }) {
      throw ToolError(.inputOutput, "\(path): cannot write (\(String(cString: strerror(code)))); check the disk")
    }
    if let end { self.end = end + pending.count }
    pending = []
  }

  /// - Returns: The system's error number; nil for success.
  private func write(_ bytes: UnsafeRawBufferPointer) -> Int32? {
    guard let end else {
      do throws(OutputError) {
        try OutputDescriptor(descriptor).write(Array(bytes))
        return nil
      } catch {
        if case .failed(_, let code) = error { return code }
        return EPIPE
      }
    }
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(end + written))
      if count > 0 {
        written += count
      } else if errno != EINTR {
        // No half line stays behind.
        let code = errno
        ftruncate(descriptor, off_t(end))
        return code
      }
    }
    return nil
  }
}
