/// The unit of text that a model reads and predicts, one per time step.
public enum TextUnit: String, CaseIterable, Codable, Sendable {
  /// A Unicode scalar (code point).
  case character
  /// A byte, of any kind of file.
  case byte
  /// An extended grapheme cluster: a user-perceived character.
  case grapheme
}

extension TextUnit {
  /// The maximum UTF-8 length of one unit in bytes.
  ///
  /// Unicode sets no limit for grapheme clusters. This limit bounds the text that a reader has to buffer, and is far
  /// above the length of clusters in any script.
  package var maximumByteCount: Int {
    switch self {
    case .character: 4
    case .byte: 1
    case .grapheme: 64
    }
  }

  /// The default maximum vocabulary size; nil for no limit.
  var defaultMaximumVocabulary: Int? {
    self == .grapheme ? 65_536 : nil
  }
}
