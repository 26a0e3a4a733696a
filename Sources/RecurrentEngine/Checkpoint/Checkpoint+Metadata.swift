#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension Checkpoint {
  /// The metadata of a checkpoint, none of which can be trusted.
  struct Metadata {
    let entries: [String: String]
    let path: String

    /// A decoder needs many times its text in memory. Usual texts have a few hundred bytes, or the names of many files.
    private static let maximumDecodedByteCount = 256 << 10
    private static let maximumDepth = 16
    private static let maximumFoldedCount = 1 << 40

    func damage(_ key: String) -> CheckpointError { .damaged(path: path, .metadata(key)) }

    func text(_ key: String) throws(CheckpointError) -> String {
      guard let text = entries[key] else { throw damage(key) }
      return text
    }

    /// Returns a non-negative number of decimal digits only.
    func integer(_ key: String) throws(CheckpointError) -> Int {
      let text = try text(key)
      guard let value = Int(text), value >= 0, value.description == text else { throw damage(key) }
      return value
    }

    func decode<Value: Decodable>(_: Value.Type, _ key: String) throws(CheckpointError) -> Value {
      let text = try text(key)
      guard text.utf8.count <= Self.maximumDecodedByteCount else { throw damage(key) }
      // The decoder would silently choose one of two members with the same name.
      var scanner = JSONScanner(Array(text.utf8), part: key, path: path)
      do throws(CheckpointError) {
        try scanner.skipValue(depth: Self.maximumDepth)
        try scanner.readEnd()
      } catch {
        throw damage(key)
      }
      guard let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)) else { throw damage(key) }
      return value
    }

    func vocabulary(
      _ key: String, unit: TextUnit, separator: RecordSeparator?, atMost limit: Int
    ) throws(CheckpointError) -> Vocabulary {
      let foldedCount = entries[Key.foldedKinds] == nil ? 0 : try integer(Key.foldedKinds)
      guard foldedCount <= Self.maximumFoldedCount else { throw damage(Key.foldedKinds) }
      var scanner = JSONScanner(Array(try text(key).utf8), part: key, path: path)
      guard let entries = try? Vocabulary.entries(from: &scanner, unit: unit, atMost: limit),
        let vocabulary = try? Vocabulary(unit: unit, entries: entries, separator: separator, foldedCount: foldedCount)
      else { throw damage(key) }
      return vocabulary
    }
  }
}
