internal import CommandLineSupport
internal import SystemCalls

/// The file with the current input, which remains after a crash. It is overwritten in place, because some file systems
/// flush a file to disk that is truncated and written again.
struct InputFile: ~Copyable {
  private let path: String
  private let descriptor: FileDescriptor

  /// - Throws: `ToolError` if the file cannot be created.
  init(path: String) throws {
    do throws(SystemError) {
      descriptor = try .open(path, for: .creating)
    } catch {
      throw ToolError(.cannotCreate, "\(path): cannot create (\(error)); \(error.remedy(.writing))")
    }
    // Last: Swift 6.2 releases a property twice if it is set before a noncopyable initializer throws.
    self.path = path
  }

  deinit { descriptor.close() }

  /// - Throws: `ToolError` if the file cannot be written.
  func write(_ bytes: [UInt8]) throws {
    do throws(SystemError) {
      try bytes.withUnsafeBytes { buffer in Result { () throws(SystemError) in try descriptor.write(buffer, at: 0) } }
        .get()
      try descriptor.truncate(to: bytes.count)
    } catch {
      throw ToolError(.inputOutput, "\(path): cannot write (\(error)); \(error.remedy(.writing))")
    }
  }

  func remove() { removeFile(path) }
}
