/// The training part of a corpus as chunks for truncated backpropagation through time, epoch after epoch.
///
/// The part is cut into as many streams as a batch has rows. Every character with a predecessor in its stream is
/// predicted exactly once an epoch. The state is zero at the start of an epoch and carried everywhere else.
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

  private var batch: StreamBatch

  /// Cuts the characters of `range` into `batchSize` streams of (nearly) equal length.
  ///
  /// - Parameter chunkLength: the most characters of each stream that a chunk predicts.
  /// - Throws: `CorpusError.tooShort` if no stream has two characters.
  public init(corpus: Corpus, range: Range<Int>, batchSize: Int, chunkLength: Int) throws(CorpusError) {
    precondition(batchSize > 0, "a batch has at least one stream")
    precondition(range.lowerBound >= 0 && range.upperBound <= corpus.characterCount, "no such characters")
    guard range.count > batchSize else { throw .tooShort(characterCount: range.count, streamCount: batchSize) }

    let streams = range.divided(into: batchSize).map {
      CharacterStream(characters: $0, firstCounted: $0.lowerBound + 1)
    }
    batch = StreamBatch(corpus: corpus, streams: streams, chunkLength: chunkLength)
    chunksPerEpoch = batch.chunkCount
    charactersPerEpoch = range.count - batchSize
  }

  /// Goes to a position from outside, such as a checkpoint. Returns false, and stays, if there is no such position.
  public func seek(to position: Position) -> Bool {
    guard (0..<Self.maximumEpoch).contains(position.epoch), (0..<chunksPerEpoch).contains(position.chunk) else {
      return false
    }
    self.position = position
    batch.move(toChunk: position.chunk)
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
      batch.move(toChunk: 0)
    }
  }
}
