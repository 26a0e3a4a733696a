internal import CommandLineSupport
internal import RecurrentEngine

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A file of random text without a name, which is gone when the process ends, however that comes about.
final class RandomTextFile {
  let byteCount: Int
  private let descriptor: Int32

  /// - Parameters:
  ///   - megabytes: The least size in 10⁶ bytes; what is written are whole repetitions of about as many.
  ///   - characters: How many different ones the text is drawn from.
  /// - Throws: `ToolError` with status `cannotCreate`.
  init(megabytes: Int, characters: Int) throws(ToolError) {
    let folder = FileManager.default.temporaryDirectory.path
    var name = Array("\(folder)/lstm-bench-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw Self.failure(in: folder) }
    unlink(name)

    let text = Self.randomText(byteCount: 1_000_000, of: benchCharacters(count: characters))
    byteCount = megabytes * text.count
    for _ in 0..<megabytes {
      do throws(OutputError) {
        try OutputDescriptor(descriptor).write(text)
      } catch {
        throw Self.failure(in: folder)
      }
    }
  }

  deinit { close(descriptor) }

  /// Opens the file once more.
  var path: String { "/dev/fd/\(descriptor)" }

  /// Reads the file from front to back into one small buffer.
  ///
  /// - Throws: `CorpusError.readFailed`
  func read() throws(CorpusError) {
    var buffer = [UInt8](repeating: 0, count: 262_144)
    var offset = 0
    while offset < byteCount {
      let count = pread(descriptor, &buffer, buffer.count, off_t(offset))
      guard count > 0 else { throw .readFailed(path: path, errno: errno) }
      offset += count
    }
  }

  private static func failure(in folder: String) -> ToolError {
    let reason = SystemError(number: errno)
    return ToolError(
      .cannotCreate,
      "\(folder): cannot write a text to load (\(reason)); lower --loading-size or set TMPDIR to another folder")
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
