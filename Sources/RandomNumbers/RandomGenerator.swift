/// xoshiro256** (Blackman and Vigna 2018): the same numbers on every machine, and a state that can be stored.
public struct RandomGenerator: RandomNumberGenerator, Codable, Equatable, Sendable {
  private var state: [UInt64]

  /// Spreads the seed over the state with SplitMix64, so that neighbouring seeds have nothing in common.
  ///
  /// - Parameter stream: Each stream of a seed has other numbers; the first one is stream 0.
  public init(seed: UInt64, stream: UInt64 = 0) {
    // Streams are seeds far from one another. Stream 0 is the seed itself, since 0 is mixed to 0.
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

  /// Uniform in 0 ..< 1, with 24 random bits.
  public mutating func nextUnit() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Uniform in 0 ..< bound, which is positive.
  package mutating func next(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  /// Uniform in −bound ..< bound.
  package mutating func nextUniform(_ bound: Float) -> Float { (2 * nextUnit() - 1) * bound }
}

extension Array {
  /// Puts the elements in a random order: the same for the same generator, whatever the standard library does.
  package mutating func shuffle(with random: inout RandomGenerator) {
    for last in indices.dropFirst().reversed() { swapAt(last, random.next(below: last + 1)) }
  }
}
