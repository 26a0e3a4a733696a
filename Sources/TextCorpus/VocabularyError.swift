/// Why entries make no vocabulary, or why a text cannot be written in one.
public enum VocabularyError: Error, Equatable, Sendable {
  /// There are no entries.
  case empty
  /// The entry at this index is not exactly one unit.
  case invalidEntry(index: Int, unit: TextUnit)
  /// The entry at this index is not greater, by its bytes, than the one before it.
  case notAscending(index: Int)
  /// Bytes of the text are not UTF-8.
  case malformedUTF8(byteOffset: Int)
  /// A grapheme cluster of more than 64 bytes.
  case graphemeTooLong(byteOffset: Int)
  /// Units that are no entries, once each, in the order of first appearance.
  case unknownSymbols([[UInt8]], unit: TextUnit)
}
