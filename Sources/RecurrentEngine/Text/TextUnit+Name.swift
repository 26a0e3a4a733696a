extension TextUnit {
  /// A symbol by its code points, with the symbol itself where it is visible and cannot disturb a terminal.
  public func name(of symbol: [UInt8]) -> String {
    if self == .byte {
      return symbol.map { "0x" + hexadecimal(UInt32($0), digitCount: 2) }.joined()
    }
    let scalars = String(decoding: symbol, as: UTF8.self).unicodeScalars
    let codes = scalars.map { "U+" + hexadecimal($0.value, digitCount: 4) }.joined(separator: " ")
    return scalars.allSatisfy(\.isVisible) ? "'\(String(scalars))' (\(codes))" : codes
  }
}

private func hexadecimal(_ value: UInt32, digitCount: Int) -> String {
  let digits = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digitCount - digits.count)) + digits
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
