/// A xoshiro256** random number generator (Blackman and Vigna 2018): the same numbers on every machine, and a
/// serializable state.
public struct RandomGenerator: RandomNumberGenerator, Codable, Equatable, Sendable {
  private var state: [UInt64]

  /// Creates a generator. SplitMix64 spreads the seed over the state, so that neighboring seeds give unrelated
  /// sequences.
  ///
  /// - Parameter stream: The index of an independent sequence of the same seed; the first one is 0.
  public init(seed: UInt64, stream: UInt64 = 0) {
    // Streams are distant seeds. Stream 0 is the seed itself, since 0 is mixed to 0.
    state = (0..<4).map { splitMix(seed ^ splitMixed(stream), $0) }
  }

  public mutating func next() -> UInt64 {
    func rotated(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotated(state[1] &* 5, 7) &* 9
    let shifted = state[1] << 17
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotated(state[3], 45)
    return result
  }

  /// Returns a uniform number in 0 ..< 1 with 24 random bits.
  public mutating func nextUnit() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Returns a uniform integer in 0 ..< bound; `bound` is positive.
  package mutating func next(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  /// Returns a uniform number in −bound ..< bound.
  package mutating func nextUniform(_ bound: Float) -> Float { (2 * nextUnit() - 1) * bound }
}

extension Array {
  /// Shuffles the elements: the same order for the same generator, independent of the standard library's algorithm.
  package mutating func shuffle(with random: inout RandomGenerator) {
    for last in indices.dropFirst().reversed() { swapAt(last, random.next(below: last + 1)) }
  }
}
