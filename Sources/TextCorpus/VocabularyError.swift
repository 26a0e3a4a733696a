/// An error of creating a vocabulary, or of encoding a text in one.
public enum VocabularyError: Error, Equatable, Sendable {
  /// There are no entries.
  case empty
  /// The entry at this index is not exactly one unit.
  case invalidEntry(index: Int, unit: TextUnit)
  /// The entry at this index is not greater, by its bytes, than the previous one.
  case notAscending(index: Int)
  /// The text is not valid UTF-8.
  case malformedUTF8(byteOffset: Int)
  /// A grapheme cluster of more than 64 bytes.
  case graphemeTooLong(byteOffset: Int)
  /// The units that are not entries, once each, in the order of first appearance.
  case unknownSymbols([[UInt8]], unit: TextUnit)
}
