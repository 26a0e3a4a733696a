/// The held-out part of a corpus as chunks for measuring, once from start to end.
///
/// Its first character is context only; each other one counts exactly once. To run fast the text is cut into streams.
/// Each first runs, uncounted, over the characters before it, so that what is measured hardly differs from one
/// continuous pass.
public final class ValidationStreams {
  /// The most streams, whatever the batch size of training, so that the figure does not depend on it.
  static let maximumStreamCount = 64
  /// The predictions below which a stream of its own would be mostly warm-up.
  static let minimumPredictionCount = 512
  /// The most characters that a stream reads before its first counted prediction.
  static let warmUpLength = 512

  /// The predictions that count: one less than there are characters.
  public let countedCharacters: Int

  private var batch: StreamBatch

  /// The number of streams: the batch size of every chunk.
  public var batchSize: Int { batch.streams.count }
  public var chunkCount: Int { batch.chunkCount }

  /// Cuts the characters of `range` into streams. With fewer than two characters there are no chunks.
  public init(corpus: Corpus, range: Range<Int>, chunkLength: Int) {
    precondition(range.lowerBound >= 0 && range.upperBound <= corpus.characterCount, "no such characters")
    batch = StreamBatch(corpus: corpus, streams: Self.streams(in: range), chunkLength: chunkLength)
    countedCharacters = max(0, range.count - 1)
  }

  /// Reads the next chunk, or returns false if there is none.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func next(into chunk: inout Chunk) throws(CorpusError) -> Bool {
    guard batch.step < batch.stepCount else { return false }
    try batch.readChunk(into: &chunk)
    return true
  }

  static func streams(in range: Range<Int>) -> [CharacterStream] {
    let predicted = range.dropFirst()
    let streamCount = min(maximumStreamCount, max(1, predicted.count / minimumPredictionCount))
    return predicted.divided(into: streamCount).map { counted in
      let start = max(range.lowerBound, counted.lowerBound - warmUpLength)
      return CharacterStream(characters: start..<counted.upperBound, firstCounted: counted.lowerBound)
    }
  }
}
