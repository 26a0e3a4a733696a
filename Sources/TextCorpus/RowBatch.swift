/// A mini-batch of rows of text that are read in parallel, chunk by chunk.
protocol RowBatch {
  var rowCount: Int { get }
  var chunkLength: Int { get }
  /// The number of predictions in the longest of all rows, including those that are not read.
  var stepCount: Int { get }
  /// The number of steps before the next chunk.
  var step: Int { get }
  /// Whether sequences can start within a chunk.
  var holdsSequences: Bool { get }

  /// Reads only these rows from now on, of those that were read before.
  mutating func keep(_ rows: Range<Int>)

  /// Moves to the start of chunk `index`, in `0..<chunkCount`, of an epoch.
  mutating func move(toChunk index: Int, ofEpoch epoch: Int)

  /// Reads the next chunk, which must exist.
  ///
  /// After an error the next call reads the same chunk again.
  mutating func readChunk(into chunk: inout Chunk) throws(CorpusError)
}

extension RowBatch {
  var chunkCount: Int { stepCount == 0 ? 0 : (stepCount - 1) / chunkLength + 1 }
}
