extension TextUnit {
  /// Returns the code points of a symbol, with the symbol itself if it is visible and harmless in a terminal.
  public func name(of symbol: [UInt8]) -> String {
    if self == .byte {
      return symbol.map { "0x" + hexadecimal(UInt32($0), digitCount: 2) }.joined()
    }
    let scalars = String(decoding: symbol, as: UTF8.self).unicodeScalars
    let codes = scalars.map { "U+" + hexadecimal($0.value, digitCount: 4) }.joined(separator: " ")
    return scalars.allSatisfy(\.isVisible) ? "'\(String(scalars))' (\(codes))" : codes
  }
}
