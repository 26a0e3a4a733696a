/// What becomes of the characters of a text that a model does not know.
public enum UnknownCharacterPolicy: String, CaseIterable, Sendable {
  /// The text is refused.
  case error
  /// They are left out.
  case skip
  /// The same letter of the other case takes their place; those without are left out.
  case nearest
}

/// A text in the ids of a vocabulary, and what was done to get there.
public struct EncodedText: Sendable, Equatable {
  /// The characters that the model reads.
  public var ids: [Int32] = []
  /// Characters that were read in another case.
  public var replacedCount = 0
  /// Characters that were left out.
  public var skippedCount = 0

  /// A text without characters.
  public init() {}
}
