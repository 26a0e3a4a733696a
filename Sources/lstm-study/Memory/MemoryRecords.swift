/// Records of a task that requires long-term memory: a key, filler independent of it, and the key again.
///
/// A record of distance 16, with its line feed, is
///
///     K:b 5307126640217351 K=b
///
/// The key is one of the letters a to h and the filler consists of the digits 0 to 7, all drawn uniformly and
/// independently.
struct MemoryRecords {
  /// Number of filler characters between the key and its recall.
  let distance: Int
  private var random: CombinedGenerator

  private static let letters = Array("abcdefgh".utf8)

  /// Creates a generator of records.
  ///
  /// - Parameter seed: A seed below 2³². The same seed gives the same records on every machine.
  init(distance: Int, seed: UInt64) {
    self.distance = distance
    random = CombinedGenerator(seed: Int64(seed))
  }

  /// Returns the number of characters of a record, with its line feed.
  static func length(distance: Int) -> Int { distance + 9 }

  /// Returns the index of the recalled key in a record, from 0.
  static func recallIndex(distance: Int) -> Int { distance + 7 }

  /// Returns the next records as UTF-8.
  mutating func next(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * Self.length(distance: distance))
    for _ in 0..<count {
      let key = Self.letters[Int(random.next() >> 29)]
      bytes += Array("K:".utf8) + [key, UInt8(ascii: " ")]
      var rest = distance
      repeat {
        bytes += filler().prefix(rest)
        rest -= 8
      } while rest >= 0
      bytes += Array(" K=".utf8) + [key, UInt8(ascii: "\n")]
    }
    return bytes
  }

  /// Returns eight octal digits from the upper 24 of 32 random bits.
  private mutating func filler() -> [UInt8] {
    let bits = random.next() >> 8
    return (0..<8).map { UInt8(ascii: "0") + UInt8(bits >> (21 - 3 * $0) & 7) }
  }
}

/// The random generator MRG32k3a (L'Ecuyer 1999), which is reproducible in any language with `Double` arithmetic.
private struct CombinedGenerator {
  private var first: (Int64, Int64, Int64)
  private var second: (Int64, Int64, Int64) = (12345, 12345, 12345)

  private static let firstModulus: Int64 = 4_294_967_087
  private static let secondModulus: Int64 = 4_294_944_443

  init(seed: Int64) {
    first = (12345, 12345, seed)
    // Nearby seeds have similar first numbers; a few discarded steps decorrelate them.
    for _ in 0..<16 { _ = next() }
  }

  /// Returns the next random number of 32 bits.
  mutating func next() -> Int64 {
    let p = Self.remainder(1_403_580 * first.1 - 810_728 * first.0, Self.firstModulus)
    first = (first.1, first.2, p)
    let q = Self.remainder(527_612 * second.2 - 1_370_589 * second.0, Self.secondModulus)
    second = (second.1, second.2, q)
    return p < q ? p - q + Self.firstModulus : p - q
  }

  private static func remainder(_ value: Int64, _ modulus: Int64) -> Int64 {
    let remainder = value % modulus
    return remainder < 0 ? remainder + modulus : remainder
  }
}
