/// A held-out part of a corpus as chunks for one evaluation pass.
///
/// The first character is context only; every other one counts exactly once. For speed the text is divided into
/// streams. Each stream first runs over the characters before it without counting them (warm-up), so that the result
/// hardly differs from that of one continuous pass.
///
/// Records are evaluated separately, with their end marks and without context.
public final class ValidationStreams {
  /// The default maximum number of streams, independent of the training batch size, so that the result does not depend
  /// on it.
  public static let maximumStreamCount = 64
  /// The minimum number of predictions in a stream; a shorter one would be mostly warm-up.
  static let minimumPredictionCount = 512
  /// The maximum number of warm-up characters before a stream's first counted prediction.
  package static let warmUpLength = 512

  /// The number of predictions that count: one less than the number of characters.
  public let countedCharacters: Int

  private var batch: any RowBatch

  /// The number of streams, which is the batch size of every chunk.
  public var batchSize: Int { batch.rowCount }
  /// The number of chunks in the pass.
  public var chunkCount: Int { batch.chunkCount }

  /// Whether sequences can start within a chunk.
  package var holdsSequences: Bool { batch.holdsSequences }

  /// The fraction of the text that was read, from 0 to 1.
  package var fractionRead: Double { batch.stepCount == 0 ? 1 : Double(batch.step) / Double(batch.stepCount) }

  /// Divides the characters of `range` into streams. A range of fewer than two characters gives no chunks.
  ///
  /// - Parameter streamCount: The number of streams, if there are as many characters to predict; nil for 64, or fewer
  ///   if the text is short.
  public init(corpus: Corpus, range: Range<Int>, chunkLength: Int, streamCount: Int? = nil) {
    precondition(corpus.has(range), "no such characters")
    precondition(streamCount ?? 1 > 0, "there is at least one stream")
    batch = StreamBatch(
      corpus: corpus, streams: Self.streams(in: range, count: streamCount), chunkLength: chunkLength)
    countedCharacters = max(0, range.count - 1)
  }

  /// Divides a part of a corpus into streams: each range of characters separately, or records assigned to streams.
  ///
  /// - Parameter streamCount: The maximum number of streams; nil for 64, or fewer if the text is short. Each range has
  ///   at least one.
  /// - Throws: For records, `CorpusError.readFailed` or `.changed`.
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
    case .records(let starts):
      let records = try RecordBatch(
        corpus: corpus, starts: starts,
        rowCount: max(1, min(streamCount ?? Self.maximumStreamCount, starts.count)), chunkLength: chunkLength,
        seed: nil)
      batch = records
      countedCharacters = records.predictionCount
    }
  }

  /// Reads only these streams from now on. The number and the length of chunks stay those of all streams.
  package func keep(_ streams: Range<Int>) { batch.keep(streams) }

  /// Moves back to the start.
  package func restart() { batch.move(toChunk: 0, ofEpoch: 0) }

  /// Reads the next chunk, or returns false if there is none.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func next(into chunk: inout Chunk) throws(CorpusError) -> Bool {
    guard batch.step < batch.stepCount else { return false }
    try batch.readChunk(into: &chunk)
    return true
  }

  /// - Parameters:
  ///   - range: The characters that are predicted, and the one before them.
  ///   - count: The number of streams, if there are as many characters to predict; nil for the default.
  ///   - limit: The maximum number of streams by default.
  ///   - text: The characters that can be a warm-up context; nil for those of the range.
  package static func streams(
    in range: Range<Int>, count: Int? = nil, atMost limit: Int = maximumStreamCount, within text: Range<Int>? = nil
  ) -> [CharacterStream] {
    let predicted = range.dropFirst()
    let streamCount =
      count.map { min($0, max(1, predicted.count)) }
      ?? min(limit, max(1, predicted.count / minimumPredictionCount))
    return predicted.divided(into: streamCount).map { counted in
      let start = max((text ?? range).lowerBound, counted.lowerBound - warmUpLength)
      return CharacterStream(characters: start..<counted.upperBound, firstCounted: counted.lowerBound)
    }
  }
}
