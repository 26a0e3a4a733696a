/// How a text is divided: into sequences, and into what is trained on and what is held out.
public struct TextDivision: Codable, Equatable, Sendable {
  /// Where the held-out characters stand.
  public enum Split: String, Codable, CaseIterable, Sendable {
    /// At the end of the text.
    case tail
    /// At the end of each stream, as char-rnn has it.
    case interleaved
  }

  /// Where the held-out characters stand; of lines it is of no importance.
  public var split = Split.tail
  /// Whether each line is a sequence of its own, and those held out are chosen at random.
  public var readsLines = false
  /// How many lines are held out for validation; nil for a share of them.
  public var validationLineCount: Int?
  /// The share that is held out for a last test, behind what is held out for validation: from 0 to below 1.
  public var testFraction = 0.0
  /// Whether validation is on a text of its own, which is the corpus's last source, or the one before that of the test.
  public var hasValidationText = false
  /// Whether the last test is on a text of its own, which is the corpus's last source.
  public var hasTestText = false

  /// All characters are one sequence, of which the end is held out.
  public init() {}

  /// How many sources at the end of a corpus are held out as a whole.
  var heldOutSourceCount: Int { (hasValidationText ? 1 : 0) + (hasTestText ? 1 : 0) }
}

extension KeyedDecodingContainer {
  /// What the synthesized decoding of a configuration calls, so that the key may be missing.
  func decode(_ type: TextDivision.Type, forKey key: Key) throws -> TextDivision {
    try decodeIfPresent(type, forKey: key) ?? TextDivision()
  }
}

extension KeyedEncodingContainer {
  /// What the synthesized encoding calls, so that a configuration says nothing of what it does not use.
  mutating func encode(_ division: TextDivision, forKey key: Key) throws {
    try encodeIfPresent(division == TextDivision() ? nil : division, forKey: key)
  }
}
