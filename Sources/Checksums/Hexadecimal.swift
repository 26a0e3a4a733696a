extension UInt32 {
  /// The value as eight lower-case hexadecimal digits in ASCII.
  package var hexadecimalDigits: [UInt8] {
    stride(from: 28, through: 0, by: -4).map { shift in
      let digit = UInt8(truncatingIfNeeded: self >> UInt32(shift)) & 15
      return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
  }
}
