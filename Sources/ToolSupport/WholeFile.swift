package import CommandLineSupport
package import RecurrentEngine
internal import SystemCalls

/// A small file that is read or written as a whole.
package enum WholeFile {
  /// Far beyond any table that is meant to be drawn, and soon reached by a device that never ends.
  private static let largestByteCount = 1 << 30

  /// Reads to the end as it is now, also of a file that another process goes on writing, or of a pipe.
  ///
  /// - Parameter path: A single dash for standard input.
  /// - Throws: `ToolError` with status `cannotOpenInput`, `inputOutput` or, of what is too large, `badData`.
  package static func read(_ path: String) throws(ToolError) -> [UInt8] {
    let descriptor: FileDescriptor
    do throws(SystemError) {
      descriptor = path == "-" ? .standardInput : try .open(path, for: .reading)
    } catch {
      throw ToolError(.cannotOpenInput, "\(path): cannot open (\(error)); check the path and its permissions")
    }
    defer { if path != "-" { descriptor.close() } }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let result = piece.withUnsafeMutableBytes { buffer in
        Result { () throws(SystemError) in try descriptor.readSome(into: buffer) }
      }
      switch result {
      case .success(0): return bytes
      case .success(let count): bytes += piece[..<count]
      case .failure(let error):
        throw ToolError(
          error == .isDirectory ? .cannotOpenInput : .inputOutput,
          "\(path): cannot read (\(error)); " + (error == .isDirectory ? "name a file in it" : "check the disk"))
      }
      guard bytes.count <= largestByteCount else {
        throw ToolError(.badData, "\(path): larger than \(NumberText.byteSize(largestByteCount)); give a smaller file")
      }
    }
  }

  /// Puts a new file in the place of the one at `path`; a reader finds either the old or the new one, and it whole.
  ///
  /// - Throws: `CheckpointError.cannotCreate` or `.writeFailed`.
  package static func write(_ text: String, to path: String) throws(CheckpointError) {
    do throws(FileError) {
      try DurableFile.write(to: path) { sink throws(FileError) in try sink.append(Array(text.utf8)) }
    } catch {
      throw CheckpointError(error)
    }
  }
}
