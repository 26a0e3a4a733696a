internal import RandomNumbers

/// Reads lines, each a sequence of its own: a row is a queue of them, packed one after another.
///
/// A line is predicted from a zero state, the first character from the end mark, and the end mark after the last.
struct LineBatch: RowBatch {
  let chunkLength: Int
  let stepCount: Int
  /// The predictions of all rows.
  let predictionCount: Int
  private(set) var step = 0
  var rowCount: Int { rows.count }
  var holdsSequences: Bool { true }

  private let endMark: Int32
  /// What shuffles the lines of each row for every epoch; nil where they stay in their order.
  private let seed: UInt64?
  private let reader: LineReader
  private var rows: [Row]
  private var epoch = 0
  /// The epoch that the lines are in the order of.
  private var arrangedEpoch: Int?
  private var isPlaced = false

  private struct Row {
    /// Where lines start, in the order in which they are read.
    var starts: [Int]
    var nextLine = 0
    /// The present line; nil between two.
    var line: Line?

    init(_ starts: [Int]) { self.starts = starts }
  }

  private struct Line {
    /// Where it goes on behind what is held.
    var position: Int
    /// What is held, and how much of it is passed: a line can have any length.
    var characters: [Int32] = []
    var index = 0
    var isReadToItsEnd = false
    /// The next input.
    var last: Int32

    init(position: Int, endMark: Int32) {
      self.position = position
      last = endMark
    }

    /// The next character; nil at the end.
    mutating func next(from reader: LineReader) throws(CorpusError) -> Int32? {
      if index == characters.count {
        guard !isReadToItsEnd else { return nil }
        characters.removeAll(keepingCapacity: true)
        index = 0
        reader.seek(to: position)
        isReadToItsEnd = try reader.read(atMost: pieceLength, into: &characters)
        position = reader.position
        // The piece before may have been all that was left.
        guard !characters.isEmpty else { return nil }
      }
      last = characters[index]
      index += 1
      return last
    }
  }

  private static let pieceLength = 256
  /// Of the sequences that a seed has, those for the orders of lines begin here.
  private static let firstRandomStream: UInt64 = 1 << 62

  /// - Parameters:
  ///   - starts: The bytes at which the lines start, in ascending order.
  ///   - seed: What shuffles the lines anew for every epoch; nil for lines in their order.
  /// - Throws: `CorpusError.readFailed` or `.changed`; `.tooShort` if no line of the text has an end.
  init(
    corpus: Corpus, starts: [Int], rowCount: Int, chunkLength: Int, seed: UInt64?
  ) throws(CorpusError) {
    precondition(chunkLength > 0, "a chunk has at least one step")
    guard let endMark = corpus.vocabulary.newlineID else {
      throw .tooShort(characterCount: corpus.characterCount, streamCount: rowCount)
    }
    let deal = try LineDeal(starts, rowCount: rowCount, of: corpus)
    self.endMark = endMark
    self.chunkLength = chunkLength
    self.seed = seed
    stepCount = deal.longest
    predictionCount = deal.total
    rows = deal.rows.map(Row.init)
    reader = LineReader(corpus, bufferSize: 2 * Self.pieceLength)
  }

  mutating func move(toChunk index: Int, ofEpoch epoch: Int) {
    step = index * chunkLength
    self.epoch = epoch
    isPlaced = false
  }

  mutating func readChunk(into chunk: inout Chunk) throws(CorpusError) {
    if !isPlaced { try placeRows() }
    isPlaced = false
    chunk.resize(stepCount: min(chunkLength, stepCount - step), batchSize: rows.count, hasSequenceStarts: true)
    chunk.isFirstOfEpoch = step == 0
    chunk.countedCharacters = 0
    for row in rows.indices {
      for index in stride(from: row, to: chunk.inputs.count, by: rows.count) {
        let prediction = try advance(row)
        chunk.inputs[index] = prediction?.input ?? 0
        chunk.targets[index] = prediction?.target ?? Chunk.ignoredTarget
        chunk.sequenceStarts[index] = prediction?.isFirst ?? false
        if prediction != nil { chunk.countedCharacters += 1 }
      }
    }
    step += chunk.stepCount
    isPlaced = true
  }

  /// Orders the lines for the epoch, and reads over those before the next chunk.
  private mutating func placeRows() throws(CorpusError) {
    arrangeLines()
    for row in rows.indices {
      rows[row].nextLine = 0
      rows[row].line = nil
      for _ in 0..<step { _ = try advance(row) }
    }
  }

  /// The order depends on the seed and the epoch alone, and not on the epochs before.
  private mutating func arrangeLines() {
    guard let seed, arrangedEpoch != epoch else { return }
    var random = RandomGenerator(seed: seed, stream: Self.firstRandomStream + UInt64(epoch))
    for row in rows.indices {
      if arrangedEpoch != nil { rows[row].starts.sort() }
      rows[row].starts.shuffle(with: &random)
    }
    arrangedEpoch = epoch
  }

  /// The next prediction of a row; nil at the end of its queue.
  private mutating func advance(_ row: Int) throws(CorpusError) -> (input: Int32, target: Int32, isFirst: Bool)? {
    let isFirst = rows[row].line == nil
    if isFirst {
      guard rows[row].nextLine < rows[row].starts.count else { return nil }
      rows[row].line = Line(position: rows[row].starts[rows[row].nextLine], endMark: endMark)
      rows[row].nextLine += 1
    }
    guard let input = rows[row].line?.last else { return nil }
    let target = try rows[row].line?.next(from: reader)
    if target == nil { rows[row].line = nil }
    return (input, target ?? endMark, isFirst)
  }
}
