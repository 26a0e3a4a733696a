/// An error of creating a vocabulary, or of encoding a text in one.
public enum VocabularyError: Error, Equatable, Sendable {
  /// A vocabulary without entries.
  case empty
  /// An entry, given by its index, that is not exactly one unit.
  case invalidEntry(index: Int, unit: TextUnit)
  /// An entry, given by its index, that is not greater by its bytes than the previous one.
  case notAscending(index: Int)
  /// A text that is not valid UTF-8.
  case malformedUTF8(byteOffset: Int)
  /// A grapheme cluster of more than 64 bytes.
  case graphemeTooLong(byteOffset: Int)
  /// The units that are not entries, once each, in the order of first appearance.
  case unknownSymbols([[UInt8]], unit: TextUnit)
}
