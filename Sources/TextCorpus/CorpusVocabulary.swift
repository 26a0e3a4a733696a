/// Where the ids of a corpus come from.
enum CorpusVocabulary {
  /// Every unit of the text is an entry.
  ///
  /// - Parameter maximumCount: The number of entries above which the text is refused; nil for no limit.
  case own(TextUnit, maximumCount: Int?)
  /// A model knows these units. Others are left out of the text, or else the text is refused.
  case given(Vocabulary, leavesOutUnknown: Bool)

  var unit: TextUnit {
    switch self {
    case .own(let unit, _): unit
    case .given(let vocabulary, _): vocabulary.unit
    }
  }

  var given: Vocabulary? {
    if case .given(let vocabulary, _) = self { vocabulary } else { nil }
  }

  var leavesOutUnknown: Bool {
    if case .given(_, let leavesOutUnknown) = self { leavesOutUnknown } else { false }
  }
}

/// The units of a text that were left out because they are not in the vocabulary.
public struct UnknownUnits: Equatable, Sendable {
  /// How many units were left out.
  public internal(set) var count = 0
  /// Their bytes, all together.
  public internal(set) var byteCount = 0
  /// The source of the first one.
  public let path: String
  /// Where in that source the first one starts.
  public let byteOffset: Int
  /// The bytes of the first one.
  public let symbol: [UInt8]

  init(path: String, byteOffset: Int, symbol: [UInt8]) {
    self.path = path
    self.byteOffset = byteOffset
    self.symbol = symbol
  }
}
