/// The division of a text into sequences, and into training, validation and test sets.
public struct TextDivision: Codable, Equatable, Sendable {
  /// The position of held-out characters.
  public enum Split: String, Codable, CaseIterable, Sendable {
    /// At the end of the text.
    case tail
    /// At the end of each stream, as in char-rnn.
    case interleaved
  }

  /// The position of held-out characters; ignored if records are sequences.
  public var split = Split.tail
  /// The separator of records, each of which is a separate sequence, and some of which are held out at random; nil if the
  /// text is one sequence.
  public var records: RecordSeparator? {
    get { separator ?? (readsLines ? .newline : nil) }
    set { (readsLines, separator) = (newValue == .newline, newValue == .newline ? nil : newValue) }
  }
  // As in checkpoints from before there were other separators than the line feed.
  private var readsLines = false
  private var separator: RecordSeparator?
  /// The number of records held out for validation; nil for a fraction.
  public var validationRecordCount: Int?
  /// The fraction held out for the final test, after the validation set: at least 0 and below 1.
  public var testFraction = 0.0
  /// Whether the validation set is a separate text: the corpus's last source, or the one before the test text.
  public var hasValidationText = false
  /// Whether the test set is a separate text: the corpus's last source.
  public var hasTestText = false

  private enum CodingKeys: String, CodingKey {
    case split, readsLines, separator, testFraction, hasValidationText, hasTestText
    case validationRecordCount = "validationLineCount"
  }

  /// Creates the default division: all characters are one sequence, and its end is held out.
  public init() {}

  /// The number of sources at the end of a corpus that are held out as a whole.
  package var heldOutSourceCount: Int { (hasValidationText ? 1 : 0) + (hasTestText ? 1 : 0) }
}

extension Corpus {
  /// Returns the numbers of characters in the training text and in each held-out text; nil if no text is held out as a
  /// whole. The fingerprint of the corpus does not record the boundaries between the texts.
  package func textLengths(_ division: TextDivision) -> [Int]? {
    guard division.heldOutSourceCount > 0 else { return nil }
    let mainCount = sources.count - division.heldOutSourceCount
    let texts = [0..<mainCount] + (mainCount..<sources.count).map { $0..<$0 + 1 }
    return texts.map { characters(ofSources: $0).count }
  }
}
