package import CommandLineSupport
package import RecurrentEngine

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A small file that is read or written as a whole.
package enum WholeFile {
  /// Far beyond any table that is meant to be drawn, and soon reached by a device that never ends.
  private static let largestByteCount = 1 << 30

  /// Reads to the end as it is now, also of a file that another process goes on writing, or of a pipe.
  ///
  /// - Parameter path: A single dash for standard input.
  /// - Throws: `ToolError` with status `cannotOpenInput`, `inputOutput` or, of what is too large, `badData`.
  package static func read(_ path: String) throws(ToolError) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ToolError(.cannotOpenInput, "\(path): cannot open (\(reason(errno))); check the path and its permissions")
    }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = piece.withUnsafeMutableBytes { readSome(descriptor, into: $0) }
      if count == 0 { return bytes }
      guard count > 0 else {
        let isFolder = errno == EISDIR
        throw ToolError(
          isFolder ? .cannotOpenInput : .inputOutput,
          "\(path): cannot read (\(reason(errno))); " + (isFolder ? "name a file in it" : "check the disk"))
      }
      bytes += piece[..<count]
      guard bytes.count <= largestByteCount else {
        throw ToolError(.badData, "\(path): larger than \(NumberText.byteSize(largestByteCount)); give a smaller file")
      }
    }
  }

  /// Puts a new file in the place of the one at `path`; a reader finds either the old or the new one, and it whole.
  ///
  /// - Throws: `CheckpointError.cannotCreate` or `.writeFailed`.
  package static func write(_ text: String, to path: String) throws(CheckpointError) {
    try DurableFile.write(to: path) { sink throws(CheckpointError) in try sink.append(Array(text.utf8)) }
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

private func readSome(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
  while true {
    let count = read(descriptor, buffer.baseAddress, buffer.count)
    if count >= 0 || errno != EINTR { return count }
  }
}
