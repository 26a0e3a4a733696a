/// A contiguous range of a corpus that one row of a mini-batch reads from start to end.
package struct CharacterStream: Equatable {
  /// The characters that are inputs or targets.
  package let characters: Range<Int>
  /// The first character whose prediction counts.
  package let firstCounted: Int

  /// The number of characters with a predecessor in the stream.
  package var predictionCount: Int { max(0, characters.count - 1) }
}

extension Range<Int> {
  /// Divides the range into parts whose lengths differ by at most one: part b is from ⌊bN/B⌋ up to ⌊(b+1)N/B⌋.
  package func divided(into partCount: Int) -> [Range<Int>] {
    // The product of two sizes may need more than 64 bits; the quotient is at most `count`.
    let bounds = (0...partCount).map { part in
      lowerBound + partCount.dividingFullWidth(part.multipliedFullWidth(by: count)).quotient
    }
    return zip(bounds, bounds.dropFirst()).map { $0..<$1 }
  }
}
