/// Which n-gram it is: 64 bits that stand for its characters.
///
/// That two of a hundred million n-grams share a hash has a probability of 0.0003, so hashes alone are compared.
struct GramHash: Hashable {
  /// Zero for the n-gram without characters, from which all others are made.
  private(set) var bits: UInt64 = 0

  /// The n-gram with one more character at its end.
  @inline(__always)
  func appending(_ character: Int32) -> GramHash {
    // The finalizer of splitmix64, after a step that makes the place of a character count.
    var bits = (bits &+ UInt64(UInt32(bitPattern: character)) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return GramHash(bits: bits ^ (bits >> 31))
  }
}
