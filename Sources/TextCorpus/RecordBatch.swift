internal import RandomNumbers

/// A mini-batch of records as separate sequences: each row is a queue of records, packed one after another.
///
/// Each record is predicted from a zero state: its first character from the end mark, and the end mark after its last
/// character. A record that is far longer than the others is cut into pieces.
struct RecordBatch: RowBatch {
  let chunkLength: Int
  let stepCount: Int
  /// The number of predictions in all rows.
  let predictionCount: Int
  private(set) var step = 0
  var rowCount: Int { kept.count }
  var holdsSequences: Bool { true }

  /// The records that are cut into pieces; nil if there are none.
  let cutRecords: CutRecords?
  private let pieces: [Int: RecordPiece]

  private let endMark: Int32
  /// The random seed for reshuffling the records of each row every epoch; nil to keep their order.
  private let seed: UInt64?
  private let reader: RecordReader
  /// All rows, because one sequence of random numbers shuffles the records of all of them.
  private var rows: [Row]
  /// The rows that are read.
  private var kept: Range<Int>
  private var epoch = 0
  /// The epoch whose order the records have.
  private var arrangedEpoch: Int?
  private var isPlaced = false

  private struct Row {
    /// The byte offsets of the records, in reading order.
    var starts: [Int]
    var nextRecord = 0
    /// The current record; nil between two records.
    var record: Record?

    init(_ starts: [Int]) { self.starts = starts }
  }

  private struct Record {
    /// The byte offset of the part of the record that is not loaded yet.
    var position: Int
    /// The loaded piece and the position in it, because a record can have any length.
    var characters: [Int32] = []
    var index = 0
    var isReadToItsEnd = false
    /// The next input.
    var last: Int32
    /// The number of next predictions that do not count.
    var ignoredCount = 0
    /// The number of predictions left, if the record is a piece.
    var remainingCount = Int.max

    init(position: Int, endMark: Int32) {
      self.position = position
      last = endMark
    }

    /// Whether the next prediction counts, which is then no longer left.
    mutating func countsNext() -> Bool {
      remainingCount -= 1
      guard ignoredCount > 0 else { return true }
      ignoredCount -= 1
      return false
    }

    /// Returns the next character, or nil at the end.
    mutating func next(from reader: RecordReader) throws(CorpusError) -> Int32? {
      if index == characters.count {
        guard !isReadToItsEnd else { return nil }
        characters.removeAll(keepingCapacity: true)
        index = 0
        reader.seek(to: position)
        isReadToItsEnd = try reader.read(atMost: pieceLength, into: &characters)
        position = reader.position
        // The previous piece may have ended exactly at the end of the record.
        guard !characters.isEmpty else { return nil }
      }
      last = characters[index]
      index += 1
      return last
    }
  }

  private static let pieceLength = 256
  /// The first of the seed's random streams for the orders of records.
  private static let firstRandomStream: UInt64 = 1 << 62

  /// - Parameters:
  ///   - starts: The byte offsets of the records, in ascending order.
  ///   - seed: The random seed for reshuffling the records every epoch; nil for an evaluation, which keeps their order
  ///     and reads characters before each piece of a record again.
  /// - Throws: `CorpusError.readFailed` or `.changed`; `.tooShort` if no record of the text has an end.
  init(
    corpus: Corpus, starts: [Int], rowCount: Int, chunkLength: Int, seed: UInt64?
  ) throws(CorpusError) {
    precondition(chunkLength > 0, "a chunk has at least one step")
    guard let endMark = corpus.vocabulary.endMark else {
      throw .tooShort(characterCount: corpus.characterCount, streamCount: rowCount)
    }
    let warmUpLength = seed == nil ? ValidationStreams.warmUpLength : 0
    let deal = try RecordDeal(
      starts, rowCount: rowCount,
      cut: RecordCut(minimumLength: max(chunkLength, 4 * warmUpLength), warmUpLength: warmUpLength), of: corpus)
    pieces = deal.pieces
    cutRecords = deal.cutRecords
    self.endMark = endMark
    self.chunkLength = chunkLength
    self.seed = seed
    stepCount = deal.longest
    predictionCount = deal.total
    rows = deal.rows.map(Row.init)
    kept = rows.indices
    reader = RecordReader(corpus, bufferSize: 2 * Self.pieceLength)
  }

  mutating func keep(_ rows: Range<Int>) {
    kept = kept.lowerBound + rows.lowerBound..<kept.lowerBound + rows.upperBound
    isPlaced = false
  }

  mutating func move(toChunk index: Int, ofEpoch epoch: Int) {
    step = index * chunkLength
    self.epoch = epoch
    isPlaced = false
  }

  mutating func readChunk(into chunk: inout Chunk) throws(CorpusError) {
    if !isPlaced { try placeRows() }
    isPlaced = false
    chunk.resize(stepCount: min(chunkLength, stepCount - step), batchSize: kept.count, hasSequenceStarts: true)
    chunk.isFirstOfEpoch = step == 0
    chunk.countedCharacters = 0
    for (column, row) in kept.enumerated() {
      for index in stride(from: column, to: chunk.inputs.count, by: kept.count) {
        let prediction = try advance(row)
        chunk.inputs[index] = prediction?.input ?? 0
        chunk.targets[index] = prediction?.target ?? Chunk.ignoredTarget
        chunk.sequenceStarts[index] = prediction?.isFirst ?? false
        if chunk.targets[index] != Chunk.ignoredTarget { chunk.countedCharacters += 1 }
      }
    }
    step += chunk.stepCount
    isPlaced = true
  }

  /// Orders the records for the epoch, and skips the steps before the next chunk.
  private mutating func placeRows() throws(CorpusError) {
    arrangeRecords()
    for row in kept {
      rows[row].nextRecord = 0
      rows[row].record = nil
      for _ in 0..<step { _ = try advance(row) }
    }
  }

  /// Shuffles the records for the epoch. The order depends only on the seed and the epoch, not on earlier epochs.
  private mutating func arrangeRecords() {
    guard let seed, arrangedEpoch != epoch else { return }
    var random = RandomGenerator(seed: seed, stream: Self.firstRandomStream + UInt64(epoch))
    for row in rows.indices {
      if arrangedEpoch != nil { rows[row].starts.sort() }
      rows[row].starts.shuffle(with: &random)
    }
    arrangedEpoch = epoch
  }

  /// Begins the record or the piece of a record at a byte offset.
  private func makeRecord(at start: Int) throws(CorpusError) -> Record {
    var record = Record(position: start, endMark: endMark)
    guard let piece = pieces[start] else { return record }
    if !piece.isStart { _ = try record.next(from: reader) }
    record.ignoredCount = piece.ignoredCount
    record.remainingCount = piece.predictionCount
    return record
  }

  /// Returns the next prediction of a row, or nil at the end of its queue. The target may be one that does not count.
  private mutating func advance(_ row: Int) throws(CorpusError) -> (input: Int32, target: Int32, isFirst: Bool)? {
    let isFirst = rows[row].record == nil
    if isFirst {
      guard rows[row].nextRecord < rows[row].starts.count else { return nil }
      rows[row].record = try makeRecord(at: rows[row].starts[rows[row].nextRecord])
      rows[row].nextRecord += 1
    }
    guard let input = rows[row].record?.last, let counts = rows[row].record?.countsNext() else { return nil }
    let target = try rows[row].record?.next(from: reader)
    if target == nil || rows[row].record?.remainingCount == 0 { rows[row].record = nil }
    return (input, counts ? target ?? endMark : Chunk.ignoredTarget, isFirst)
  }
}
