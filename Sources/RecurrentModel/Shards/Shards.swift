/// The division of a mini-batch into shards: consecutive parts of its rows, equal in size.
///
/// Losses and gradients are sums over rows. Those of a shard are one chain of additions, and shards are added in one
/// binary tree: the first with the second, the third with the fourth, and then pairs of such sums. A tree over an
/// aligned part of the shards is a part of the whole tree, so that any power of two of processes, up to the number of
/// shards, computes the same numbers.
package struct Shards: Sendable {
  /// The number of shards, a power of two.
  package let count: Int
  /// The number of rows of a shard.
  package let size: Int

  /// Divides `batchSize` rows, of which each shard has the same number.
  package init(_ count: Int, batchSize: Int) {
    precondition(Self.isPossible(count), "the number of shards is a power of two")
    precondition(batchSize % count == 0, "shards have equal numbers of rows")
    self.count = count
    size = batchSize / count
  }

  /// Whether there can be this number of shards.
  package static func isPossible(_ count: Int) -> Bool { count > 0 && count.nonzeroBitCount == 1 }

  package func rows(of shard: Int) -> Range<Int> { shard * size..<(shard + 1) * size }

  /// Adds the values of all shards in the order of the tree.
  package static func sum(_ values: ArraySlice<Double>) -> Double {
    guard values.count > 1 else { return values.first ?? 0 }
    let middle = values.startIndex + values.count / 2
    return sum(values[..<middle]) + sum(values[middle...])
  }

  /// The number of levels of the tree above a single shard.
  package var levelCount: Int { count.trailingZeroBitCount }
}
