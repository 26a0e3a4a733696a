/// The handling of characters that are not in a model's vocabulary. If that has an unknown symbol, they are read as that
/// symbol, except for those that are replaced.
public enum UnknownCharacterPolicy: String, CaseIterable, Sendable {
  /// Rejects the text.
  case error
  /// Leaves out unknown characters.
  case skip
  /// Replaces unknown characters by the nearest known ones: the other canonical form of a letter, plain for typographic
  /// punctuation or conversely, or the other case. Leaves out all others.
  case nearest
}

/// A text as token IDs, with counts of replaced and skipped characters.
public struct EncodedText: Sendable, Equatable {
  /// The token IDs of the text.
  public var ids: [Int32] = []
  /// The number of characters replaced by the nearest known ones.
  public var replacedCount = 0
  /// The number of characters left out.
  public var skippedCount = 0
  /// The number of characters read as the unknown symbol.
  public var unknownCount = 0

  /// Creates an empty text.
  public init() {}
}
