/// The rule by which a vocabulary is built from a text.
public struct VocabularyRule: Sendable {
  /// The maximum vocabulary size, above which the text is rejected; nil for 65,536 for graphemes, and no limit for other
  /// units.
  public var maximumCount: Int?
  /// The number of occurrences from which on a character is an entry. Rarer ones are read as one unknown symbol.
  public var minimumOccurrences: Int
  /// A vocabulary whose entries are kept, even if the text has none of them: that of the model whose training continues.
  public var kept: Vocabulary?

  /// Creates a rule; by default, all characters of the text are entries.
  public init(maximumCount: Int? = nil, minimumOccurrences: Int = 1, kept: Vocabulary? = nil) {
    self.maximumCount = maximumCount
    self.minimumOccurrences = minimumOccurrences
    self.kept = kept
  }

  /// Returns the vocabulary of a text, with the number of occurrences of each entry.
  ///
  /// - Parameter units: The units of the text with their numbers of occurrences.
  /// - Throws: `CorpusError.vocabularyTooLarge`.
  func vocabulary(
    of units: [ScanFindings.Entry], unit: TextUnit, separator: RecordSeparator?
  ) throws(CorpusError) -> (Vocabulary, counts: [Int]) {
    // The separator of other records is no unit of this text.
    let old = kept?.separator?.isLine == true ? kept?.separator?.entry : nil
    var keptEntries = Set(kept?.entries.filter { !$0.isEmpty && $0 != old } ?? [])
    // The end of a source ends a record, too.
    if let separator { keptEntries.insert(separator.entry) }
    var (entries, folded): ([ScanFindings.Entry], [Int]) = ([], [])
    for unit in units {
      if keptEntries.remove(unit.bytes) != nil || unit.count >= minimumOccurrences {
        entries.append(unit)
      } else {
        folded.append(unit.count)
      }
    }
    entries += keptEntries.map { .init(bytes: $0, count: 0) }
    let foldedCount = max(folded.count, kept?.foldedCount ?? 0)
    if foldedCount > 0 { entries.append(.init(bytes: [], count: folded.reduce(0, +))) }
    entries.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    if let maximumCount = maximumCount ?? unit.defaultMaximumVocabulary, entries.count > maximumCount {
      throw .vocabularyTooLarge(unit: unit, limit: maximumCount)
    }
    let vocabulary = Vocabulary(
      unit: unit, validEntries: entries.map(\.bytes), separator: separator, foldedCount: foldedCount)
    return (vocabulary, entries.map(\.count))
  }
}
