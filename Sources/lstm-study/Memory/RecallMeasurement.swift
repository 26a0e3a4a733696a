internal import RecurrentEngine
internal import SystemCalls

/// Measures the share of new records whose key a model recalls.
struct RecallMeasurement {
  /// A key counts as recalled where the model gives it more than half of the probability.
  struct Recall: Equatable {
    /// Share of the keys, from 0 to 1.
    var share: Double
    /// Mean cross-entropy of the keys in nats.
    var loss: Double
  }

  /// Records of a distance that training does not see, in the IDs of a training corpus.
  private let corpus: Corpus
  private let distance: Int
  private let threadCount: Int

  private static let recordCount = 500
  private static let seed: UInt64 = 1000
  private static let streamCount = ValidationStreams.maximumStreamCount

  init(distance: Int, vocabulary: Vocabulary, threadCount: Int) throws(CorpusError) {
    self.distance = distance
    self.threadCount = threadCount
    var records = MemoryRecords(distance: distance, seed: Self.seed)
    corpus = try Corpus(sources: [.bytes(records.next(Self.recordCount))], vocabulary: vocabulary)
  }

  func recall(of model: LanguageModel) throws(CorpusError) -> Recall {
    let pass = try EvaluationPass(
      model, corpus: corpus, part: .all(of: corpus, asLines: true), streamCount: Self.streamCount,
      threadCount: threadCount)
    var step = 0
    var (recalled, places, sum) = (0, 0, 0.0)
    // (step, stream): records are equally long, so all streams come to their keys at the same steps.
    while let losses = try pass.next() {
      for start in stride(from: 0, to: losses.count, by: Self.streamCount) {
        defer { step += 1 }
        guard step % MemoryRecords.length(distance: distance) == MemoryRecords.recallIndex(distance: distance) else {
          continue
        }
        for loss in losses[start..<start + Self.streamCount] {
          places += 1
          sum += Double(loss)
          if Double(loss) < Mathematics.logarithm(2) { recalled += 1 }
        }
      }
    }
    // Where a stream has ended before others, losses are zero.
    recalled -= places - Self.recordCount
    return Recall(share: Double(recalled) / Double(Self.recordCount), loss: sum / Double(Self.recordCount))
  }
}
