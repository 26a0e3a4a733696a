internal import RecurrentEngine
internal import SystemCalls

/// A measurement of the share of new records whose key a model recalls.
struct RecallMeasurement {
  /// Recall of a model. A key counts as recalled if its probability exceeds ½.
  struct Recall: Equatable {
    /// Share of recalled keys, from 0 to 1.
    var share: Double
    /// Mean cross-entropy of the keys, in nats.
    var loss: Double
  }

  /// Records that training does not see, in the token IDs of the training corpus.
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
      model, corpus: corpus, part: .all(of: corpus), streamCount: Self.streamCount,
      threadCount: threadCount)
    var step = 0
    var (recalled, places, sum) = (0, 0, 0.0)
    // (step, stream): all records have the same length, so all streams reach their keys at the same steps.
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
    // Streams that have ended have losses of zero, which were counted as recalled.
    recalled -= places - Self.recordCount
    return Recall(share: Double(recalled) / Double(Self.recordCount), loss: sum / Double(Self.recordCount))
  }
}
