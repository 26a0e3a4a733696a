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
  package var heldOutSourceCount: Int { (hasValidationText ? 1 : 0) + (hasTestText ? 1 : 0) }
}

extension Corpus {
  /// The characters of the text to train on and of each held-out text; nil if no text is held out as a whole. A
  /// fingerprint of all texts together does not tell where one of them ends.
  package func textLengths(_ division: TextDivision) -> [Int]? {
    guard division.heldOutSourceCount > 0 else { return nil }
    let mainCount = sources.count - division.heldOutSourceCount
    let texts = [0..<mainCount] + (mainCount..<sources.count).map { $0..<$0 + 1 }
    return texts.map { characters(ofSources: $0).count }
  }
}
