/// A 64-bit hash that identifies an n-gram: any two of a hundred million n-grams share one with probability 0.0003.
struct GramHash: Hashable {
  /// The bits; zero for the empty n-gram, from which all others are derived.
  private(set) var bits: UInt64 = 0

  @inline(__always)
  func appending(_ character: Int32) -> GramHash {
    // The finalizer of SplitMix64, after a step that makes the hash depend on the order of the characters.
    var bits = (bits &+ UInt64(UInt32(bitPattern: character)) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return GramHash(bits: bits ^ (bits >> 31))
  }
}
