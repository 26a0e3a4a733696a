/// An assignment of records to the rows of a mini-batch that gives all rows (nearly) the same number of predictions.
///
/// A record that is far longer than the others and than a row's share would leave all other rows without work. It is cut
/// into pieces, which are dealt like records.
struct RecordDeal {
  /// The byte offsets of the records and pieces of each row, in ascending order. (row)
  private(set) var rows: [[Int]]
  /// The number of predictions in the longest row: the characters of its records and an end mark for each.
  private(set) var longest = 0
  /// The number of predictions in all rows that count.
  private(set) var total = 0
  /// The pieces of cut records, by their byte offsets.
  private(set) var pieces: [Int: RecordPiece] = [:]
  /// The records that were cut; nil if there are none.
  private(set) var cutRecords: CutRecords?

  /// A record is cut if it has more than this number of times the median length.
  private static let lengthLimit = 100

  /// Assigns each record to the row with the fewest predictions so far.
  ///
  /// - Parameters:
  ///   - starts: The byte offsets of the records, in ascending order.
  ///   - cut: The minimum length of pieces.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  init(_ starts: [Int], rowCount: Int, cut: RecordCut, of corpus: Corpus) throws(CorpusError) {
    rows = (0..<rowCount).map { _ in
      var row: [Int] = []
      // With many records of all lengths, rows with equal loads have nearly equal numbers of records.
      row.reserveCapacity(starts.count / rowCount + starts.count / rowCount / 32 + 1)
      return row
    }
    var loads = RowLoads([Int](repeating: 0, count: rowCount))
    var lengths = RecordLengths(capacity: rowCount)
    var next = 0
    try corpus.forEachRecord(in: (starts.first ?? corpus.byteCount)..<corpus.byteCount) { start, characterCount in
      guard next < starts.count, start == starts[next] else { return }
      next += 1
      let row = loads.addToLeast(characterCount + 1)
      rows[row].append(start)
      total += characterCount + 1
      lengths.add(.init(start: start, characterCount: characterCount, row: row))
    }
    guard next == starts.count else { throw .changed(path: corpus.sources[0].path) }
    let limit = Self.lengthLimit * lengths.median
    let share = total / rowCount
    let long = lengths.longest.filter { $0.characterCount > max(limit, share) }
    if !long.isEmpty {
      // Pieces of a fraction of a row's share level the rows.
      try self.cut(long, into: max(cut.minimumLength, min(limit, share / 4)), cut, &loads, of: corpus)
      cutRecords = CutRecords(count: long.count, pieceCount: pieces.count, medianLength: lengths.median)
    }
    longest = loads.greatest
  }

  /// Replaces records by pieces of at most `length` predictions.
  private mutating func cut(
    _ records: [RecordLengths.Record], into length: Int, _ cut: RecordCut, _ loads: inout RowLoads, of corpus: Corpus
  ) throws(CorpusError) {
    var rowLoads = loads.byRow
    for record in records {
      rows[record.row].removeAll { $0 == record.start }
      rowLoads[record.row] -= record.characterCount + 1
    }
    loads = RowLoads(rowLoads)
    let reader = RecordReader(corpus, bufferSize: corpus.readerBufferSize)
    for record in records {
      reader.seek(to: record.start)
      var scratch: [Int32] = []
      var index = 0
      let predictionCount = record.characterCount + 1
      for range in (0..<predictionCount).divided(into: (predictionCount - 1) / length + 1) {
        // A piece starts with an input that is no prediction, and with the characters before it that do not count.
        let first = max(0, range.lowerBound - 1 - cut.warmUpLength)
        if first > index {
          scratch.removeAll(keepingCapacity: true)
          _ = try reader.read(atMost: first - index, into: &scratch)
          index = first
        }
        let piece = RecordPiece(
          isStart: range.lowerBound == 0, ignoredCount: max(0, range.lowerBound - 1 - first),
          countedCount: range.count)
        pieces[reader.position] = piece
        rows[loads.addToLeast(piece.predictionCount)].append(reader.position)
      }
    }
    for row in rows.indices { rows[row].sort() }
  }
}

/// The number of predictions in each row, as a binary heap with the minimum first.
private struct RowLoads {
  private var heap: [(load: Int, row: Int)]

  init(_ loads: [Int]) {
    // An ascending array is a heap.
    heap = loads.enumerated().map { ($1, $0) }.sorted { $0 < $1 }
  }

  var greatest: Int { heap.map(\.load).max() ?? 0 }
  var byRow: [Int] { heap.sorted { $0.row < $1.row }.map(\.load) }

  /// Adds to the row with the smallest load; in a tie, to the first such row.
  mutating func addToLeast(_ amount: Int) -> Int {
    heap[0].load += amount
    let row = heap[0].row
    var index = 0
    while true {
      let children = (2 * index + 1..<2 * index + 3).clamped(to: 0..<heap.count)
      guard let least = children.min(by: { heap[$0] < heap[$1] }), heap[least] < heap[index] else { return row }
      heap.swapAt(index, least)
      index = least
    }
  }
}

/// The lengths of records: their median, and the longest records.
private struct RecordLengths {
  struct Record {
    var start: Int
    var characterCount: Int
    var row: Int
  }

  /// The longest records: of the records that exceed a row's share, there are fewer than rows.
  private(set) var longest: [Record] = []
  private let capacity: Int
  private var least = 0
  /// The number of records of each length, the last one with all that are longer.
  private var counts = [Int](repeating: 0, count: 4096)

  init(capacity: Int) { self.capacity = capacity }

  mutating func add(_ record: Record) {
    counts[min(record.characterCount, counts.count - 1)] += 1
    guard record.characterCount > least else { return }
    longest.append(record)
    guard longest.count > capacity, let index = longest.indices.min(by: { isLess($0, $1) }) else { return }
    longest.remove(at: index)
    least = longest.map(\.characterCount).min() ?? 0
  }

  private func isLess(_ a: Int, _ b: Int) -> Bool { longest[a].characterCount < longest[b].characterCount }

  var median: Int {
    var left = counts.reduce(0, +) / 2
    return counts.firstIndex { count in
      left -= count
      return left < 0
    } ?? 0
  }
}
