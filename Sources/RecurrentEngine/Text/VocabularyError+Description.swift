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
      "not valid UTF-8 at byte \(byteOffset.grouped); convert the text"
    case .graphemeTooLong(let byteOffset):
      "a grapheme of more than \(TextUnit.grapheme.maximumByteCount) bytes at byte \(byteOffset.grouped); shorten it"
    case .unknownSymbols(let symbols, let unit):
      "not in the model's vocabulary: \(Self.list(symbols, unit: unit)); use only what the model was trained on"
    }
  }

  /// As many symbols as a line has room for.
  private static func list(_ symbols: [[UInt8]], unit: TextUnit) -> String {
    let shownCount = 8
    let shown = symbols.prefix(shownCount).map { name(of: $0, unit: unit) }.joined(separator: ", ")
    return symbols.count > shownCount ? "\(shown) and \((symbols.count - shownCount).grouped) more" : shown
  }

  /// A symbol by its code points, with the symbol itself where it is visible and cannot disturb a terminal.
  private static func name(of symbol: [UInt8], unit: TextUnit) -> String {
    if unit == .byte {
      return symbol.map { "0x" + hexadecimal(UInt32($0), digitCount: 2) }.joined()
    }
    let scalars = String(decoding: symbol, as: UTF8.self).unicodeScalars
    let codes = scalars.map { "U+" + hexadecimal($0.value, digitCount: 4) }.joined(separator: " ")
    return scalars.allSatisfy(\.isVisible) ? "'\(String(scalars))' (\(codes))" : codes
  }

  private static func hexadecimal(_ value: UInt32, digitCount: Int) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digitCount - digits.count)) + digits
  }
}

extension Unicode.Scalar {
  fileprivate var isVisible: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: false
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
