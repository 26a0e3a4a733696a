internal import CommandLineSupport
internal import SystemCalls
internal import ToolSupport

/// A file to which lines are appended. Lines that cannot be written, for example because the disk is full, are kept and
/// written before the next ones.
struct AppendedFile {
  private let path: String
  private let descriptor: FileDescriptor
  /// Offset of the next write; nil for a device or a pipe, which has no offsets.
  private var end: Int?
  private var pending: [UInt8] = []
  /// Whether the folder has been flushed, so that the file is found after a power cut.
  private var isFolderFlushed = false

  /// - Parameter keptBytes: The length to truncate the file to; nil to keep all of it.
  /// - Throws: `ToolError` with status `cannotCreate`.
  init(path: String, option: String, keptBytes: Int?) throws(ToolError) {
    self.path = path
    do throws(SystemError) {
      descriptor = try Self.open(path)
    } catch {
      throw ToolError(.cannotCreate, "\(path): cannot create (\(error)); \(error.remedy(.writing))")
    }
    guard let status = try? descriptor.status(), status.kind == .regular else { return }
    end = keptBytes ?? status.byteCount
    if let keptBytes { try? descriptor.truncate(to: keptBytes) }
  }

  private static func open(_ path: String) throws(SystemError) -> FileDescriptor {
    if let file = try? FileDescriptor.open(path, for: .readingAndWriting) { return file }
    return try .open(path, for: .writing)
  }

  /// - Throws: `ToolError` with status `inputOutput`; the lines are then kept for the next attempt.
  mutating func append(_ lines: String) throws(ToolError) {
    pending += Array(lines.utf8)
    try flush()
  }

  /// Writes lines that are still pending, and flushes the file to disk.
  ///
  /// - Throws: `ToolError` with status `inputOutput`.
  mutating func synchronize() throws(ToolError) {
    try flush()
    guard end != nil else { return }
    do throws(SystemError) {
      try descriptor.synchronize()
      if !isFolderFlushed { try DurableFile.flushFolder(folder(of: path)) }
      isFolderFlushed = true
    } catch {
      guard error.isRefusal else { throw failure(error) }
    }
  }

  private mutating func flush() throws(ToolError) {
    guard !pending.isEmpty else { return }
    if let error = pending.withUnsafeBytes({ write($0) }) {
      throw failure(error)
    }
    if let end { self.end = end + pending.count }
    pending = []
  }

  private func failure(_ error: SystemError) -> ToolError {
    ToolError(.inputOutput, "\(path): cannot write (\(error)); \(error.remedy(.writing))")
  }

  /// - Returns: The error; nil on success.
  private func write(_ bytes: UnsafeRawBufferPointer) -> SystemError? {
    do throws(SystemError) {
      if let end { try descriptor.write(bytes, at: end) } else { try descriptor.write(bytes) }
      return nil
    } catch {
      // Removes a partly written line.
      if let end { try? descriptor.truncate(to: end) }
      return error
    }
  }
}
