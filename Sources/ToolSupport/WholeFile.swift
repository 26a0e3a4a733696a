package import CommandLineSupport
package import RecurrentEngine
internal import SystemCalls

package enum WholeFile {
  /// Maximum size in bytes: far beyond any table to draw, and soon reached by an endless device.
  private static let largestByteCount = 1 << 30

  /// Reads a file up to its current end, even while another process appends to it, or a pipe; `-` is standard input.
  ///
  /// - Throws: `ToolError` with status `cannotOpenInput`, `inputOutput` or, if the file is too large, `badData`.
  package static func read(_ path: String) throws(ToolError) -> [UInt8] {
    let descriptor: FileDescriptor
    do throws(SystemError) {
      descriptor = path == "-" ? .standardInput : try .open(path, for: .reading)
    } catch {
      throw ToolError(.cannotOpenInput, "\(path): cannot open (\(error)); \(error.remedy(.reading))")
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
          "\(path): cannot read (\(error)); \(error.remedy(.reading))")
      }
      guard bytes.count <= largestByteCount else {
        throw ToolError(.badData, "\(path): larger than \(NumberText.byteSize(largestByteCount)); give a smaller file")
      }
    }
  }

  /// Replaces the file at `path` atomically: a reader finds either the old file or the complete new one.
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
