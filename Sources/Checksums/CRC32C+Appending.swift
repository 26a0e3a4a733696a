extension CRC32C {
  /// Appends bytes of which only the checksum and the number are known.
  ///
  /// A byte multiplies the polynomial of the bytes before it by x⁸, so that these are multiplied by x to the power of
  /// eight times the number of bytes.
  package mutating func append(checksum: UInt32, byteCount: Int) {
    self = CRC32C(value: Self.product(value, Self.power(byteCount: byteCount)) ^ checksum)
  }

  // Polynomials over GF(2) modulo that of the checksum; the highest bit is the coefficient of x⁰.

  /// Returns x⁸ to the power of `byteCount`.
  private static func power(byteCount: Int) -> UInt32 {
    var result: UInt32 = 1 << 31
    var factor: UInt32 = 1 << 23
    var exponent = byteCount
    while exponent > 0 {
      if exponent & 1 == 1 { result = product(result, factor) }
      factor = product(factor, factor)
      exponent >>= 1
    }
    return result
  }

  private static func product(_ a: UInt32, _ b: UInt32) -> UInt32 {
    var (result, term): (UInt32, UInt32) = (0, b)
    for coefficient in 0..<32 {
      if a >> (31 - UInt32(coefficient)) & 1 == 1 { result ^= term }
      term = (term >> 1) ^ (term & 1 == 1 ? reversedPolynomial : 0)
    }
    return result
  }
}
