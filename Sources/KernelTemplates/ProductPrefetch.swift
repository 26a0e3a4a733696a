public import CPUIntrinsics

/// The prefetches of one part's tiles, one cache line per term: first the next part of the right factor, which follows
/// this one in memory, then the upcoming memory.
@usableFromInline
struct PartPrefetch {
  @usableFromInline var next: FloatPointer
  @usableFromInline var step: Int
  /// Number of tiles that still prefetch the next part.
  @usableFromInline var tiles: Int
  @usableFromInline let terms: Int
  /// Floats from the last line that a tile prefetches in a segment to its first one in the next segment, and from the
  /// end of the last segment back to its part of the first one.
  @usableFromInline var segmentSkip: Int
  @usableFromInline let tileSkip: Int

  /// - Parameters:
  ///   - segments: Number of segments of each part; there is a gap after each.
  ///   - floats: Length of a segment. A few tiles prefetch all of it; if there are fewer tiles, they prefetch lines at
  ///     intervals, and the CPU fetches the adjacent ones.
  ///   - terms: Number of lines of a segment that one tile prefetches.
  @inlinable @inline(__always)
  init(next: FloatPointer, segments: Int, floats: Int, gap: Int, terms: Int, tiles: Int) {
    let needed = (floats / columnWidth &+ terms &- 1) / terms
    self.next = next
    self.terms = terms &* segments
    self.tiles = tiles < needed ? tiles : needed
    step = floats / (self.tiles &* terms)
    segmentSkip = segments == 1 ? 0 : floats &+ gap &- terms &* step
    tileSkip = segments == 1 ? 0 : terms &* step &- segments &* (floats &+ gap)
  }

  /// Selects the next memory to prefetch. If none is left, tiles keep prefetching a line that is already cached, which
  /// costs less than a branch.
  @inlinable @inline(__always)
  mutating func endTile(_ upcoming: inout Upcoming, hot: FloatPointer) {
    tiles &-= 1
    if tiles > 0 {
      next += tileSkip
      return
    }
    segmentSkip = 0
    if upcoming.lines > 0 {
      next = upcoming.removeFirst(terms)
      step = columnWidth
    } else {
      next = hot
      step = 0
    }
  }
}

/// Prefetches the lines of a tile that are written without having been read.
@inlinable @inline(__always)
func prefetchTile(_ result: MutableFloatPointer, _ rowStride: Int, height: Int, floats: Int) {
  var row = 0
  while row < height {
    var column = 0
    while column < floats {
      prefetch_for_writing(result + row &* rowStride + column)
      column &+= columnWidth
    }
    row &+= 1
  }
}
