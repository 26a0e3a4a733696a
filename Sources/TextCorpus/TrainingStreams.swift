/// The training part of a corpus as chunks for truncated backpropagation through time, epoch after epoch.
///
/// The part is cut into as many streams as a batch has rows. Every character with a predecessor in its stream is
/// predicted exactly once an epoch. The state is zero at the start of an epoch and carried everywhere else.
///
/// Of lines, each is a sequence of its own, which starts from the end mark with a zero state. Every character of a line
/// and its end mark are predicted exactly once an epoch, and each epoch has another order.
public final class TrainingStreams {
  /// A place between two chunks.
  public struct Position: Codable, Equatable, Sendable {
    /// The epochs before the next chunk.
    public var epoch: Int
    /// The index of the next chunk in its epoch.
    public var chunk: Int

    /// A place by what stands before it.
    public init(epoch: Int = 0, chunk: Int = 0) {
      self.epoch = epoch
      self.chunk = chunk
    }
  }

  /// The epochs that can be counted: far more than can be run, and far from overflow.
  private static let maximumEpoch = 1 << 53

  /// The chunk that `next(into:)` will give.
  public private(set) var position = Position()
  /// The chunks of one pass over the text.
  public let chunksPerEpoch: Int
  /// The predictions of an epoch.
  public let charactersPerEpoch: Int

  /// Whether sequences can start within a chunk.
  package var holdsSequences: Bool { batch.holdsSequences }

  private var batch: any RowBatch

  /// Cuts the characters of `range` into `batchSize` streams of (nearly) equal length.
  ///
  /// - Parameter chunkLength: the most characters of each stream that a chunk predicts.
  /// - Throws: `CorpusError.tooShort` if no stream has two characters.
  public convenience init(
    corpus: Corpus, range: Range<Int>, batchSize: Int, chunkLength: Int
  ) throws(CorpusError) {
    try self.init(corpus: corpus, part: .characters([range]), batchSize: batchSize, chunkLength: chunkLength, seed: 0)
  }

  /// Cuts a part of a corpus into `batchSize` streams, or deals its lines to them.
  ///
  /// - Parameters:
  ///   - part: Characters in one range, or in one for each stream; or lines.
  ///   - chunkLength: The most characters of each stream that a chunk predicts.
  ///   - seed: What orders lines.
  /// - Throws: `CorpusError.tooShort` if no stream has anything to predict; of lines also `.readFailed` or `.changed`.
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
      charactersPerEpoch = streams.reduce(0) { $0 + $1.predictionCount }
    case .lines(let starts):
      let lines = try LineBatch(
        corpus: corpus, starts: starts, rowCount: batchSize, chunkLength: chunkLength, seed: seed)
      batch = lines
      charactersPerEpoch = lines.predictionCount
    }
    chunksPerEpoch = batch.chunkCount
    guard chunksPerEpoch > 0 else {
      throw .tooShort(characterCount: part.count, streamCount: batchSize)
    }
  }

  /// Goes to a position from outside, such as a checkpoint. Returns false, and stays, if there is no such position.
  public func seek(to position: Position) -> Bool {
    guard (0..<Self.maximumEpoch).contains(position.epoch), (0..<chunksPerEpoch).contains(position.chunk) else {
      return false
    }
    self.position = position
    batch.move(toChunk: position.chunk, ofEpoch: position.epoch)
    return true
  }

  /// Reads the next chunk; after the last of an epoch the first of the next.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`. The position is then that of the chunk that could not be read.
  public func next(into chunk: inout Chunk) throws(CorpusError) {
    try batch.readChunk(into: &chunk)
    position.chunk += 1
    if position.chunk == chunksPerEpoch {
      position = Position(epoch: position.epoch + 1)
      batch.move(toChunk: 0, ofEpoch: position.epoch)
    }
  }
}
