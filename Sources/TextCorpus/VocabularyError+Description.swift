extension VocabularyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty:
      "the vocabulary is empty"
    case .invalidEntry(let index, let unit):
      "vocabulary entry \(index) is not one \(unit.rawValue)"
    case .notAscending(let index):
      "vocabulary entry \(index) repeats the entry before it or is out of order"
    case .malformedUTF8(let byteOffset):
      "not valid UTF-8 at byte \(byteOffset); convert the text"
    case .graphemeTooLong(let byteOffset):
      "a grapheme of more than \(TextUnit.grapheme.maximumByteCount) bytes at byte \(byteOffset); shorten it"
    case .unknownSymbols(let symbols, let unit):
      "not in the model's vocabulary: \(Self.list(symbols, unit: unit)); use only what the model was trained on"
    }
  }

  /// Returns a list of symbols that is short enough for one line.
  private static func list(_ symbols: [[UInt8]], unit: TextUnit) -> String {
    let shownCount = 8
    let shown = symbols.prefix(shownCount).map { unit.name(of: $0) }.joined(separator: ", ")
    return symbols.count > shownCount ? "\(shown) and \((symbols.count - shownCount)) more" : shown
  }
}
