/// A part of a corpus, such as what is held out, as chunks for measuring, once from start to end.
///
/// Its first character is context only; each other one counts exactly once. To run fast the text is cut into streams.
/// Each first runs, uncounted, over the characters before it, so that what is measured hardly differs from one
/// continuous pass.
public final class ValidationStreams {
  /// The most streams unless told otherwise, whatever the batch size of training, so that the figure does not depend
  /// on it.
  public static let maximumStreamCount = 64
  /// The predictions below which a stream of its own would be mostly warm-up.
  static let minimumPredictionCount = 512
  /// The most characters that a stream reads before its first counted prediction.
  static let warmUpLength = 512

  /// The predictions that count: one less than there are characters.
  public let countedCharacters: Int

  private var batch: StreamBatch

  /// The number of streams: the batch size of every chunk.
  public var batchSize: Int { batch.streams.count }
  /// The chunks of the whole pass.
  public var chunkCount: Int { batch.chunkCount }

  /// How much of the text was read, from 0 to 1.
  var fractionRead: Double { batch.stepCount == 0 ? 1 : Double(batch.step) / Double(batch.stepCount) }

  /// Cuts the characters of `range` into streams. With fewer than two characters there are no chunks.
  ///
  /// - Parameter streamCount: How many streams, if there are as many characters to predict; nil for 64, or fewer where
  ///   the text is short.
  public init(corpus: Corpus, range: Range<Int>, chunkLength: Int, streamCount: Int? = nil) {
    precondition(range.lowerBound >= 0 && range.upperBound <= corpus.characterCount, "no such characters")
    precondition(streamCount ?? 1 > 0, "there is at least one stream")
    batch = StreamBatch(
      corpus: corpus, streams: Self.streams(in: range, count: streamCount), chunkLength: chunkLength)
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

  static func streams(in range: Range<Int>, count: Int? = nil) -> [CharacterStream] {
    let predicted = range.dropFirst()
    let streamCount =
      count.map { min($0, max(1, predicted.count)) }
      ?? min(maximumStreamCount, max(1, predicted.count / minimumPredictionCount))
    return predicted.divided(into: streamCount).map { counted in
      let start = max(range.lowerBound, counted.lowerBound - warmUpLength)
      return CharacterStream(characters: start..<counted.upperBound, firstCounted: counted.lowerBound)
    }
  }
}
