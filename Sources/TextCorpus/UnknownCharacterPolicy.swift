/// The handling of characters that are not in a model's vocabulary.
public enum UnknownCharacterPolicy: String, CaseIterable, Sendable {
  /// The text is rejected.
  case error
  /// Unknown characters are left out.
  case skip
  /// Unknown letters are replaced by the same letter in the other case, if it is known; all others are left out.
  case nearest
}

/// A text as token IDs, with counts of replaced and skipped characters.
public struct EncodedText: Sendable, Equatable {
  /// The token IDs of the text.
  public var ids: [Int32] = []
  /// The number of characters replaced by another case.
  public var replacedCount = 0
  /// The number of characters left out.
  public var skippedCount = 0

  /// Creates an empty text.
  public init() {}
}
