/// A part of a corpus, such as what is held out, as chunks for measuring, once from start to end.
///
/// Its first character is context only; each other one counts exactly once. To run fast the text is cut into streams.
/// Each first runs, uncounted, over the characters before it, so that what is measured hardly differs from one
/// continuous pass.
///
/// Of lines, each is measured by itself, its end mark included; there is no context.
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

  private var batch: any RowBatch

  /// The number of streams: the batch size of every chunk.
  public var batchSize: Int { batch.rowCount }
  /// The chunks of the whole pass.
  public var chunkCount: Int { batch.chunkCount }

  /// Whether sequences can start within a chunk.
  package var holdsSequences: Bool { batch.holdsSequences }

  /// How much of the text was read, from 0 to 1.
  package var fractionRead: Double { batch.stepCount == 0 ? 1 : Double(batch.step) / Double(batch.stepCount) }

  /// Cuts the characters of `range` into streams. With fewer than two characters there are no chunks.
  ///
  /// - Parameter streamCount: How many streams, if there are as many characters to predict; nil for 64, or fewer where
  ///   the text is short.
  public init(corpus: Corpus, range: Range<Int>, chunkLength: Int, streamCount: Int? = nil) {
    precondition(corpus.has(range), "no such characters")
    precondition(streamCount ?? 1 > 0, "there is at least one stream")
    batch = StreamBatch(
      corpus: corpus, streams: Self.streams(in: range, count: streamCount), chunkLength: chunkLength)
    countedCharacters = max(0, range.count - 1)
  }

  /// Cuts a part of a corpus into streams: each range of characters by itself, or lines dealt to them.
  ///
  /// - Parameter streamCount: How many streams at most; nil for 64, or fewer where there is little. Each range has at
  ///   least one.
  /// - Throws: Of lines, `CorpusError.readFailed` or `.changed`.
  public init(
    corpus: Corpus, part: CorpusPart, chunkLength: Int, streamCount: Int? = nil
  ) throws(CorpusError) {
    precondition(streamCount ?? 1 > 0, "there is at least one stream")
    switch part {
    case .characters(let ranges):
      precondition(ranges.allSatisfy { corpus.has($0) }, "no such characters")
      let most = max(1, (streamCount ?? Self.maximumStreamCount) / max(1, ranges.count))
      let streams = ranges.flatMap { range in
        Self.streams(in: range, count: streamCount == nil ? nil : most, atMost: most)
      }
      batch = StreamBatch(corpus: corpus, streams: streams, chunkLength: chunkLength)
      countedCharacters = ranges.reduce(0) { $0 + max(0, $1.count - 1) }
    case .lines(let starts):
      let lines = try LineBatch(
        corpus: corpus, starts: starts,
        rowCount: max(1, min(streamCount ?? Self.maximumStreamCount, starts.count)), chunkLength: chunkLength,
        seed: nil)
      batch = lines
      countedCharacters = lines.predictionCount
    }
  }

  /// Goes back to the start.
  package func restart() { batch.move(toChunk: 0, ofEpoch: 0) }

  /// Reads the next chunk, or returns false if there is none.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func next(into chunk: inout Chunk) throws(CorpusError) -> Bool {
    guard batch.step < batch.stepCount else { return false }
    try batch.readChunk(into: &chunk)
    return true
  }

  static func streams(
    in range: Range<Int>, count: Int? = nil, atMost limit: Int = maximumStreamCount
  ) -> [CharacterStream] {
    let predicted = range.dropFirst()
    let streamCount =
      count.map { min($0, max(1, predicted.count)) }
      ?? min(limit, max(1, predicted.count / minimumPredictionCount))
    return predicted.divided(into: streamCount).map { counted in
      let start = max(range.lowerBound, counted.lowerBound - warmUpLength)
      return CharacterStream(characters: start..<counted.upperBound, firstCounted: counted.lowerBound)
    }
  }
}
