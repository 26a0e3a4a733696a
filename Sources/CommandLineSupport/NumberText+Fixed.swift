extension NumberText {
  /// Returns the number with a fixed count of decimals, like `printf("%.6f")`: rounded correctly from the exact binary
  /// value, ties to even, and never with an exponent. NaN is `nan`, infinities are `inf` and `-inf`.
  ///
  /// - Parameter decimals: 0 to 17; clamped to that range.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard !value.isNaN else { return "nan" }
    let sign = value.sign == .minus ? "-" : ""
    guard value.isFinite else { return sign + "inf" }

    let decimals = min(max(decimals, 0), 17)
    var digits = digitsOfScaled(value.magnitude, decimals: decimals)
    digits = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
    guard decimals > 0 else { return sign + digits }
    return sign + digits.dropLast(decimals) + "." + digits.suffix(decimals)
  }

  /// Returns the digits of value · 10^decimals, rounded to a whole number.
  private static func digitsOfScaled(_ value: Double, decimals: Int) -> String {
    // value = significand · 2^exponent, both whole.
    let hiddenBit: UInt64 = value.isNormal ? 1 << 52 : 0
    let significand = value.significandBitPattern | hiddenBit
    let exponent = max(Int(value.exponentBitPattern), 1) - 1075
    if exponent > 0 {
      return digits(of: significand, doubled: exponent) + String(repeating: "0", count: decimals)
    }

    // 10^decimals = 5^decimals · 2^decimals. The product has at most 53 + 40 bits, and 17 more after a shift up.
    let product = (0..<decimals).reduce(UInt128(significand)) { product, _ in product * 5 }
    let shift = -(exponent + decimals)
    guard shift > 0 else { return String(product << -shift) }
    guard shift < 127 else { return "0" }
    let quotient = product >> shift
    let remainder = product - quotient << shift
    let half = UInt128(1) << (shift - 1)
    let roundsUp = remainder > half || (remainder == half && quotient % 2 == 1)
    return String(roundsUp ? quotient + 1 : quotient)
  }

  /// Returns the digits of a whole number below 10^18 after doubling it `count` times, computed 18 digits at a time.
  private static func digits(of start: UInt64, doubled count: Int) -> String {
    let base: UInt64 = 1_000_000_000_000_000_000
    var limbs = [start]  // least significant first
    for _ in 0..<count {
      var carry: UInt64 = 0
      for index in limbs.indices {
        let doubled = 2 * limbs[index] + carry
        carry = doubled / base
        limbs[index] = doubled % base
      }
      if carry > 0 { limbs.append(carry) }
    }
    return limbs.reversed().enumerated().map { index, limb in
      let text = String(limb)
      return (index == 0 ? "" : String(repeating: "0", count: 18 - text.utf8.count)) + text
    }.joined()
  }
}
