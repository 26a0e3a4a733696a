/// A block of a long text, divided into streams as for validation: each has a warm-up context, whose predictions do not
/// count.
public struct PredictionBlock {
  /// The predictions of all streams, one after another.
  public let predictions: Predictions
  private let streams: [Stream]

  /// The counted predictions of a stream.
  private struct Stream {
    /// The index of the first prediction of a character of the stream by another one.
    var start: Int
    /// The number of predictions from `start` on that do not count.
    var ignoredCount: Int
    /// The number of predictions from `start` on.
    var count: Int
  }

  /// The number of characters before a block that its streams can need.
  public static let contextLength = ValidationStreams.warmUpLength + 1

  /// Divides a block.
  ///
  /// - Parameters:
  ///   - characters: The characters before the block, and those of the block.
  ///   - contextCount: The number of characters before the block; 0 at the start of the text, whose first character is
  ///     not predicted.
  ///   - lineFeed: The token ID that every stream reads first; nil if the vocabulary has no line feed.
  ///   - streamCount: The number of streams; nil for the default of validation.
  public init(_ characters: [Int32], contextCount: Int, lineFeed: Int32?, streamCount: Int?) {
    var predictions = Predictions()
    streams = ValidationStreams.streams(
      in: max(0, contextCount - 1)..<characters.count, count: streamCount, within: 0..<characters.count
    ).map { stream in
      let range = stream.characters
      if let lineFeed, let first = range.first {
        predictions.append(characters[first], after: lineFeed, isStart: true)
      }
      let start = predictions.count
      for index in range.dropFirst() {
        let isStart = lineFeed == nil && index == range.lowerBound + 1
        predictions.append(characters[index], after: characters[index - 1], isStart: isStart)
      }
      return Stream(
        start: start, ignoredCount: max(0, stream.firstCounted - range.lowerBound - 1),
        count: max(0, range.count - 1))
    }
    self.predictions = predictions
  }

  /// The number of predictions that count.
  public var countedCharacters: Int { streams.reduce(0) { $0 + $1.count - $1.ignoredCount } }

  /// Returns the sum of the cross-entropies that count, added in the order of an ``EvaluationPass``.
  public func sum(of losses: [Float]) -> Double {
    let stepCount = streams.reduce(0) { max($0, $1.count) }
    return stride(from: 0, to: stepCount, by: EvaluationPass.chunkLength).reduce(0.0) { sum, first in
      var chunkSum = 0.0
      for step in first..<min(first + EvaluationPass.chunkLength, stepCount) {
        for stream in streams where (stream.ignoredCount..<stream.count).contains(step) {
          chunkSum += Double(losses[stream.start + step])
        }
      }
      return sum + chunkSum
    }
  }
}
