extension TrainingConfiguration {
  /// The possible numbers of shards, of which only powers of two are.
  package static let shardCounts = 1...1024

  /// The number of shards of a mini-batch: parts with the same number of rows, a power of two. Their gradients and
  /// losses are computed separately and added in one binary tree, so that as many processes, or half as many and so on,
  /// can share them and compute the same bytes.
  public var shardCount: Int {
    get { shards ?? 1 }
    set { shards = newValue == 1 ? nil : newValue }
  }

  /// Whether this number of processes can share the shards evenly.
  public func allows(processCount: Int) -> Bool { processCount > 0 && shardCount % processCount == 0 }

  /// Returns the largest batch size up to `size` that shards divide, or one row for each shard: in a short text, some
  /// rows are empty.
  func multipleOfShards(_ size: Int) -> Int { max(shardCount, size - size % shardCount) }
}
