/// A mini-batch of streams that are read in parallel, chunk by chunk.
struct StreamBatch: RowBatch {
  private struct Row {
    /// The reader; nil if the stream has ended.
    let reader: CharacterReader?
    /// The last character read, which is the next input.
    var last: Int32
  }

  private(set) var streams: [CharacterStream]
  let chunkLength: Int
  let stepCount: Int
  /// The number of steps before the next chunk.
  private(set) var step = 0

  private let corpus: Corpus
  private var rows: [Row] = []
  private var isPlaced = false
  /// The targets of one row.
  private var scratch: [Int32]

  init(corpus: Corpus, streams: [CharacterStream], chunkLength: Int) {
    precondition(chunkLength > 0, "a chunk has at least one step")
    self.corpus = corpus
    self.streams = streams
    stepCount = streams.reduce(0) { max($0, $1.predictionCount) }
    self.chunkLength = chunkLength
    scratch = [Int32](repeating: 0, count: min(chunkLength, stepCount))
  }

  var rowCount: Int { streams.count }
  var holdsSequences: Bool { false }

  mutating func keep(_ rows: Range<Int>) {
    streams = Array(streams[rows])
    isPlaced = false
  }

  mutating func move(toChunk index: Int, ofEpoch epoch: Int) {
    step = index * chunkLength
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
    for stream in streams {
      var last: Int32 = 0
      var reader: CharacterReader?
      if step < stream.predictionCount {
        reader = try corpus.makeReader(at: stream.characters.lowerBound + step)
        try withUnsafeMutablePointer(to: &last) { (pointer) throws(CorpusError) in
          try reader?.read(into: UnsafeMutableBufferPointer(start: pointer, count: 1))
        }
      }
      rows.append(Row(reader: reader, last: last))
    }
  }

  private mutating func readRow(_ row: Int, into chunk: inout Chunk) throws(CorpusError) {
    let stream = streams[row]
    let readCount = max(0, min(chunk.stepCount, stream.predictionCount - step))
    let ignoredCount = max(0, stream.firstCounted - (stream.characters.lowerBound + 1 + step))
    if let reader = rows[row].reader {
      try scratch.withUnsafeMutableBufferPointer { (ids) throws(CorpusError) in
        try reader.read(into: UnsafeMutableBufferPointer(rebasing: ids[..<readCount]))
      }
    }

    var index = row
    var last = rows[row].last
    for position in 0..<readCount {
      chunk.inputs[index] = last
      last = scratch[position]
      chunk.targets[index] = position < ignoredCount ? Chunk.ignoredTarget : last
      index += chunk.batchSize
    }
    rows[row].last = last
    chunk.countedCharacters += max(0, readCount - ignoredCount)

    for _ in readCount..<chunk.stepCount {
      chunk.inputs[index] = 0
      chunk.targets[index] = Chunk.ignoredTarget
      index += chunk.batchSize
    }
  }
}
