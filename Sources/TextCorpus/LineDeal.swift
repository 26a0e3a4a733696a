/// An assignment of lines to the rows of a mini-batch that gives all rows (nearly) the same number of predictions.
struct LineDeal {
  /// The byte offsets of the lines of each row, in ascending order. (row)
  private(set) var rows: [[Int]]
  /// The number of predictions in the longest row: the characters of its lines and an end mark for each.
  private(set) var longest = 0
  /// The number of predictions in all rows.
  private(set) var total = 0

  /// Assigns each line to the row with the fewest predictions so far.
  ///
  /// - Parameter starts: The byte offsets of the lines, in ascending order.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  init(_ starts: [Int], rowCount: Int, of corpus: Corpus) throws(CorpusError) {
    rows = (0..<rowCount).map { _ in
      var row: [Int] = []
      // With many lines of all lengths, rows with equal loads have nearly equal numbers of lines.
      row.reserveCapacity(starts.count / rowCount + starts.count / rowCount / 32 + 1)
      return row
    }
    var loads = RowLoads(rowCount: rowCount)
    var next = 0
    try corpus.forEachLine(in: (starts.first ?? corpus.byteCount)..<corpus.byteCount) { start, characterCount in
      guard next < starts.count, start == starts[next] else { return }
      next += 1
      let (row, load) = loads.addToLeast(characterCount + 1)
      rows[row].append(start)
      longest = max(longest, load)
      total += characterCount + 1
    }
    guard next == starts.count else { throw .changed(path: corpus.sources[0].path) }
  }
}

/// The number of predictions in each row, as a binary heap with the minimum first.
private struct RowLoads {
  private var heap: [(load: Int, row: Int)]

  init(rowCount: Int) {
    heap = (0..<rowCount).map { (0, $0) }
  }

  /// Adds to the row with the smallest load; in a tie, to the first such row.
  mutating func addToLeast(_ amount: Int) -> (row: Int, load: Int) {
    heap[0].load += amount
    let result = (heap[0].row, heap[0].load)
    var index = 0
    while true {
      let children = (2 * index + 1..<2 * index + 3).clamped(to: 0..<heap.count)
      guard let least = children.min(by: { heap[$0] < heap[$1] }), heap[least] < heap[index] else { return result }
      heap.swapAt(index, least)
      index = least
    }
  }
}
