/// The training set as chunks for truncated backpropagation through time, epoch after epoch.
///
/// The characters are divided into one stream for each row of a mini-batch. Every character with a predecessor in its
/// stream is predicted exactly once an epoch. The state is zero at the start of an epoch and carried everywhere else.
///
/// Records are separate sequences, each of which starts from the end mark with a zero state. Every character of a record
/// and its end mark are predicted exactly once an epoch, and records are reshuffled each epoch.
public final class TrainingStreams {
  /// A position between two chunks.
  public struct Position: Codable, Equatable, Sendable {
    /// The number of epochs before the next chunk.
    public var epoch: Int
    /// The index of the next chunk in its epoch.
    public var chunk: Int

    /// Creates a position.
    public init(epoch: Int = 0, chunk: Int = 0) {
      self.epoch = epoch
      self.chunk = chunk
    }
  }

  /// The limit of the epoch count: far more than can be run, and far from overflow.
  private static let maximumEpoch = 1 << 53

  /// The position of the chunk that `next(into:)` reads.
  public private(set) var position = Position()
  /// The number of chunks in an epoch.
  public let chunksPerEpoch: Int
  /// The number of predictions in an epoch.
  public let charactersPerEpoch: Int

  /// The records that are cut into pieces; nil if there are none.
  public let cutRecords: CutRecords?

  /// Whether sequences can start within a chunk.
  package var holdsSequences: Bool { batch.holdsSequences }

  private var batch: any RowBatch

  /// Divides the characters of `range` into `batchSize` streams of (nearly) equal length.
  ///
  /// - Parameter chunkLength: The maximum number of time steps in a chunk.
  /// - Throws: `CorpusError.tooShort` if no stream has two characters.
  public convenience init(
    corpus: Corpus, range: Range<Int>, batchSize: Int, chunkLength: Int
  ) throws(CorpusError) {
    try self.init(corpus: corpus, part: .characters([range]), batchSize: batchSize, chunkLength: chunkLength, seed: 0)
  }

  /// Divides the characters of a part of a corpus into `batchSize` streams, or assigns its records to them.
  ///
  /// - Parameters:
  ///   - part: Characters in one range, or in one range for each stream; or records.
  ///   - chunkLength: The maximum number of time steps in a chunk.
  ///   - seed: The random seed for shuffling records.
  /// - Throws: `CorpusError.tooShort` if no stream has anything to predict; for records also `.readFailed` or `.changed`.
  public init(
    corpus: Corpus, part: CorpusPart, batchSize: Int, chunkLength: Int, seed: UInt64
  ) throws(CorpusError) {
    precondition(batchSize > 0, "a batch has at least one stream")
    switch part {
    case .characters(let ranges):
      let ranges = ranges.count == 1 ? ranges[0].divided(into: batchSize) : ranges
      precondition(ranges.count == batchSize, "there is one range, or one for each stream")
      precondition(ranges.allSatisfy { corpus.has($0) }, "no such characters")
      let streams = ranges.map { CharacterStream(characters: $0, firstCounted: $0.lowerBound + 1) }
      batch = StreamBatch(corpus: corpus, streams: streams, chunkLength: chunkLength)
      cutRecords = nil
      charactersPerEpoch = streams.reduce(0) { $0 + $1.predictionCount }
    case .records(let starts):
      let records = try RecordBatch(
        corpus: corpus, starts: starts, rowCount: batchSize, chunkLength: chunkLength, seed: seed)
      batch = records
      cutRecords = records.cutRecords
      charactersPerEpoch = records.predictionCount
    }
    chunksPerEpoch = batch.chunkCount
    guard chunksPerEpoch > 0 else {
      throw .tooShort(characterCount: part.count, streamCount: batchSize)
    }
  }

  /// Reads only these rows of each chunk from now on. The number and the length of chunks stay those of all rows.
  package func keep(_ rows: Range<Int>) { batch.keep(rows) }

  /// Moves to a position from an external source, such as a checkpoint. Returns false, without moving, if it does not
  /// exist.
  public func seek(to position: Position) -> Bool {
    guard (0..<Self.maximumEpoch).contains(position.epoch), (0..<chunksPerEpoch).contains(position.chunk) else {
      return false
    }
    self.position = position
    batch.move(toChunk: position.chunk, ofEpoch: position.epoch)
    return true
  }

  /// Reads the next chunk; the last chunk of an epoch is followed by the first of the next epoch.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`. The position is then still before the chunk that failed.
  public func next(into chunk: inout Chunk) throws(CorpusError) {
    try batch.readChunk(into: &chunk)
    position.chunk += 1
    if position.chunk == chunksPerEpoch {
      position = Position(epoch: position.epoch + 1)
      batch.move(toChunk: 0, ofEpoch: position.epoch)
    }
  }
}
