/// Lines dealt to the rows of a batch, so that all rows have (nearly) the same to read.
struct LineDeal {
  /// The bytes of the text at which the lines of each row start, in ascending order. (row)
  private(set) var rows: [[Int]]
  /// The predictions of the longest row: the characters of its lines, and an end of each.
  private(set) var longest = 0
  /// The predictions of all rows.
  private(set) var total = 0

  /// Gives each line to the row that has the least to read.
  ///
  /// - Parameter starts: The bytes at which the lines start, in ascending order.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  init(_ starts: [Int], rowCount: Int, of corpus: Corpus) throws(CorpusError) {
    rows = (0..<rowCount).map { _ in
      var row: [Int] = []
      // Lines of all lengths are many, so that rows with the same to read have nearly as many of them.
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

/// What each row has to read, as a heap whose first element is the least.
private struct RowLoads {
  private var heap: [(load: Int, row: Int)]

  init(rowCount: Int) {
    heap = (0..<rowCount).map { (0, $0) }
  }

  /// Adds to the first of the rows that have the least.
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
