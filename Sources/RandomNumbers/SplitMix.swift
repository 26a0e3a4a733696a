/// Returns element `index` of the SplitMix64 sequence (Steele, Lea and Flood 2014) of a seed.
@inlinable @inline(__always)
public func splitMix(_ seed: UInt64, _ index: UInt64) -> UInt64 {
  splitMixed(seed &+ 0x9E37_79B9_7F4A_7C15 &* (index &+ 1))
}

/// Returns a number with its bits mixed: numbers that differ in one bit give unrelated results, and 0 gives 0.
@inlinable @inline(__always)
public func splitMixed(_ x: UInt64) -> UInt64 {
  var z = x
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
