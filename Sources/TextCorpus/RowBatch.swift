/// Rows of text that are read side by side, a chunk at a time.
protocol RowBatch {
  var rowCount: Int { get }
  var chunkLength: Int { get }
  /// The predictions of the longest row.
  var stepCount: Int { get }
  /// The steps before the next chunk.
  var step: Int { get }
  /// Whether sequences can start within a chunk.
  var holdsSequences: Bool { get }

  /// Goes to the start of the chunk with this index, in `0..<chunkCount`, of an epoch.
  mutating func move(toChunk index: Int, ofEpoch epoch: Int)

  /// Reads the next chunk, of which there must be one.
  ///
  /// After an error the next call tries the same chunk again.
  mutating func readChunk(into chunk: inout Chunk) throws(CorpusError)
}

extension RowBatch {
  var chunkCount: Int { stepCount == 0 ? 0 : (stepCount - 1) / chunkLength + 1 }
}
