internal import CommandLineSupport
internal import RecurrentEngine
internal import SystemCalls

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// An unnamed file of random text, which the system removes when the process ends, even after a crash.
final class RandomTextFile {
  let byteCount: Int
  private let descriptor: FileDescriptor

  /// - Parameters:
  ///   - megabytes: The number of repetitions of a text of slightly more than 10⁶ bytes.
  ///   - characters: The vocabulary size of the text.
  /// - Throws: `ToolError` with status `cannotCreate`.
  init(megabytes: Int, characters: Int) throws(ToolError) {
    let folder = FileManager.default.temporaryDirectory.path
    do throws(SystemError) {
      descriptor = try openUnnamedFile(inFolder: folder, prefix: "lstm-bench-")
    } catch {
      throw Self.failure(in: folder, error)
    }

    let text = Self.randomText(byteCount: 1_000_000, of: benchCharacters(count: characters))
    byteCount = megabytes * text.count
    for _ in 0..<megabytes {
      let result = text.withUnsafeBytes { bytes in
        Result { () throws(SystemError) in try descriptor.write(bytes) }
      }
      if case .failure(let error) = result { throw Self.failure(in: folder, error) }
    }
  }

  deinit { descriptor.close() }

  /// Path that opens the file again.
  var path: String { "/dev/fd/\(descriptor.number)" }

  /// - Throws: `CorpusError.changed` if the file cannot be read.
  func read() throws(CorpusError) {
    var buffer = [UInt8](repeating: 0, count: 262_144)
    var offset = 0
    while offset < byteCount {
      let result = buffer.withUnsafeMutableBytes { bytes in
        Result { () throws(SystemError) in try descriptor.fill(bytes, at: offset) }
      }
      guard case .success(let count) = result, count > 0 else { throw .changed(path: path) }
      offset += count
    }
  }

  private static func failure(in folder: String, _ reason: SystemError) -> ToolError {
    ToolError(
      .cannotCreate,
      "\(folder): cannot write a text to load (\(reason)); \(reason.remedy(.writing)) in TMPDIR")
  }

  private static func randomText(byteCount: Int, of characters: [Unicode.Scalar]) -> [UInt8] {
    var random = RandomGenerator(seed: 1)
    var text: [UInt8] = []
    text.reserveCapacity(byteCount + 3)
    while text.count < byteCount {
      let character = characters[.random(in: characters.indices, using: &random)]
      text += String(character).utf8
    }
    return text
  }
}
