/// The origin of a corpus's vocabulary.
enum CorpusVocabulary {
  /// A vocabulary built from all units of the text.
  ///
  /// - Parameter separator: The separator of records; nil if the text is one sequence.
  case own(TextUnit, VocabularyRule, separator: RecordSeparator?)
  /// The vocabulary of a model. Other units are left out of the text, or the text is rejected.
  case given(Vocabulary, leavesOutUnknown: Bool)

  var unit: TextUnit {
    switch self {
    case .own(let unit, _, _): unit
    case .given(let vocabulary, _): vocabulary.unit
    }
  }

  var separator: RecordSeparator? {
    switch self {
    case .own(_, _, let separator): separator
    case .given(let vocabulary, _): vocabulary.separator
    }
  }

  /// - Throws: `CorpusError.vocabularyTooLarge`
  func check(count: Int) throws(CorpusError) {
    if let limit = maximumKindCount, count > limit {
      throw .vocabularyTooLarge(unit: unit, limit: limit)
    }
  }

  var given: Vocabulary? {
    if case .given(let vocabulary, _) = self { vocabulary } else { nil }
  }

  /// The maximum number of kinds of characters in the text; nil for no limit.
  var maximumKindCount: Int? {
    guard case .own(let unit, let rule, _) = self else { return nil }
    let limit = rule.maximumCount ?? unit.defaultMaximumVocabulary
    // Most kinds may be rare ones that are folded.
    return rule.minimumOccurrences > 1 ? limit.map { $0.multipliedReportingOverflow(by: 16).partialValue } : limit
  }

  /// Whether units that are not in the vocabulary are in the text: all units found, or the unknown symbol.
  var takesAllUnits: Bool { given.map { $0.unknownID != nil } ?? true }

  var leavesOutUnknown: Bool {
    if case .given(_, let leavesOutUnknown) = self { leavesOutUnknown } else { false }
  }
}

/// The units of a text that were left out because they are not in the vocabulary.
public struct UnknownUnits: Codable, Equatable, Sendable {
  /// The number of units left out.
  public internal(set) var count = 0
  /// The total number of bytes left out.
  public internal(set) var byteCount = 0
  /// The path of the source of the first one.
  public let path: String
  /// The byte offset of the first one in that source.
  public let byteOffset: Int
  /// The bytes of the first one.
  public let symbol: [UInt8]

  init(path: String, byteOffset: Int, symbol: [UInt8]) {
    self.path = path
    self.byteOffset = byteOffset
    self.symbol = symbol
  }
}
