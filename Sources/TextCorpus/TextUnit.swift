/// What a model reads and predicts one of at a time.
public enum TextUnit: String, CaseIterable, Codable, Sendable {
  /// A Unicode scalar.
  case character
  /// A byte, of any kind of file.
  case byte
  /// An extended grapheme cluster: what a reader perceives as one character.
  case grapheme
}

extension TextUnit {
  /// The most bytes of UTF-8 that one unit may have.
  ///
  /// Unicode lets a grapheme cluster grow without end. The limit bounds what a reader has to keep of the text before
  /// it, and it is far above what any script uses.
  package var maximumByteCount: Int {
    switch self {
    case .character: 4
    case .byte: 1
    case .grapheme: 64
    }
  }

  /// The number of entries that a vocabulary may have unless the user says otherwise.
  var defaultMaximumVocabulary: Int? {
    self == .grapheme ? 65_536 : nil
  }
}
