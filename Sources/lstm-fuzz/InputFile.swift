internal import CommandLineSupport

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The file that holds the input of the moment, all that a crash leaves behind.
///
/// It stays open and is written over in place: some file systems flush to disk what is emptied and written anew.
struct InputFile: ~Copyable {
  private let path: String
  private let descriptor: CInt

  /// - Throws: `ToolError` if the file cannot be made.
  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ToolError(.cannotCreate, "\(path): cannot create; give another path with --input")
    }
  }

  deinit { close(descriptor) }

  /// - Throws: `ToolError` if the disk takes no more.
  func write(_ bytes: [UInt8]) throws {
    guard bytes.withUnsafeBytes({ pwrite(descriptor, $0.baseAddress, $0.count, 0) }) == bytes.count,
      ftruncate(descriptor, off_t(bytes.count)) == 0
    else { throw ToolError(.inputOutput, "\(path): cannot write; check the disk's free space") }
  }

  func remove() { unlink(path) }
}
