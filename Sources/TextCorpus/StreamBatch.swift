/// A mini-batch of streams that are read in parallel, chunk by chunk. A stream whose epoch starts within it is read as a
/// ring of predictions.
struct StreamBatch: RowBatch {
  private struct Row {
    /// The reader; nil if the stream has ended.
    var reader: CharacterReader?
    /// The last character read, which is the next input.
    var last: Int32
    /// The number of predictions up to the end of the stream.
    var rest: Int
  }

  let streams: [CharacterStream]
  let chunkLength: Int
  /// The number of predictions in the longest stream.
  let stepCount: Int
  /// The number of steps before the next chunk.
  private(set) var step = 0

  private let corpus: Corpus
  private let start: StreamStart
  private let seed: UInt64
  private var epoch = 0
  private var rows: [Row] = []
  private var isPlaced = false
  /// The targets of one row.
  private var scratch: [Int32]

  /// - Parameter seed: The random seed for starts within the streams, all of whose predictions must then be counted.
  init(
    corpus: Corpus, streams: [CharacterStream], chunkLength: Int, start: StreamStart = .beginning, seed: UInt64 = 0
  ) {
    precondition(chunkLength > 0, "a chunk has at least one step")
    precondition(start == .beginning || streams.allSatisfy { $0.firstCounted <= $0.characters.lowerBound + 1 })
    self.corpus = corpus
    self.start = start
    self.seed = seed
    self.streams = streams
    stepCount = streams.reduce(0) { max($0, $1.predictionCount) }
    self.chunkLength = chunkLength
    scratch = [Int32](repeating: 0, count: min(chunkLength, stepCount))
  }

  var rowCount: Int { streams.count }
  var holdsSequences: Bool { false }

  mutating func move(toChunk index: Int, ofEpoch epoch: Int) {
    step = index * chunkLength
    self.epoch = epoch
    isPlaced = false
  }

  mutating func readChunk(into chunk: inout Chunk) throws(CorpusError) {
    if !isPlaced { try placeReaders() }
    isPlaced = false
    chunk.resize(stepCount: min(chunkLength, stepCount - step), batchSize: streams.count)
    chunk.isFirstOfEpoch = step == 0
    chunk.countedCharacters = 0
    for row in streams.indices {
      try readRow(row, into: &chunk)
    }
    step += chunk.stepCount
    isPlaced = true
  }

  private mutating func placeReaders() throws(CorpusError) {
    rows.removeAll(keepingCapacity: true)
    for (row, stream) in streams.enumerated() {
      let count = stream.predictionCount
      guard step < count else {
        rows.append(Row(reader: nil, last: 0, rest: 0))
        continue
      }
      let offset = start.offset(ofRow: row, epoch: epoch, predictionCount: count, seed: seed)
      let first = offset < count - step ? offset + step : offset - (count - step)
      try rows.append(reader(of: stream, at: first))
    }
  }

  /// Returns a row before the prediction with this index.
  private func reader(of stream: CharacterStream, at index: Int) throws(CorpusError) -> Row {
    var last: Int32 = 0
    let reader = try corpus.makeReader(at: stream.characters.lowerBound + index)
    try withUnsafeMutablePointer(to: &last) { (pointer) throws(CorpusError) in
      try reader.read(into: UnsafeMutableBufferPointer(start: pointer, count: 1))
    }
    return Row(reader: reader, last: last, rest: stream.predictionCount - index)
  }

  private mutating func readRow(_ row: Int, into chunk: inout Chunk) throws(CorpusError) {
    let stream = streams[row]
    let readCount = max(0, min(chunk.stepCount, stream.predictionCount - step))
    let ignoredCount = max(0, stream.firstCounted - (stream.characters.lowerBound + 1 + step))
    var position = 0
    while position < readCount {
      if rows[row].rest == 0 { rows[row] = try reader(of: stream, at: 0) }
      let end = min(readCount, position + rows[row].rest)
      try scratch.withUnsafeMutableBufferPointer { (ids) throws(CorpusError) in
        try rows[row].reader?.read(into: UnsafeMutableBufferPointer(rebasing: ids[..<(end - position)]))
      }
      var index = position * chunk.batchSize + row
      var last = rows[row].last
      for (offset, target) in scratch[..<(end - position)].enumerated() {
        chunk.inputs[index] = last
        last = target
        chunk.targets[index] = position + offset < ignoredCount ? Chunk.ignoredTarget : target
        index += chunk.batchSize
      }
      rows[row].last = last
      rows[row].rest -= end - position
      position = end
    }
    chunk.countedCharacters += max(0, readCount - ignoredCount)

    for step in readCount..<chunk.stepCount {
      let index = step * chunk.batchSize + row
      chunk.inputs[index] = 0
      chunk.targets[index] = Chunk.ignoredTarget
    }
  }
}
