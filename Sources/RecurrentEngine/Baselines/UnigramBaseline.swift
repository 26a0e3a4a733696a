internal import SystemCalls

/// A unigram baseline: the loss of a validation set under the character frequencies of its training set.
///
/// If the validation set differs in kind from the training set, this loss is far above the entropy of the validation
/// set, and no model of the training set can predict it well. Of large sets only a sample is counted.
public struct UnigramBaseline: Sendable {
  /// The cross-entropy of the validation set under the frequencies of the training set, in nats per character.
  public let loss: Double
  /// The entropy of the validation set: its cross-entropy under its own frequencies, in nats per character.
  public let entropy: Double
  /// The loss of a model that knows only the vocabulary or only the frequencies of the training set, whichever is
  /// lower, in nats per character.
  public let chance: Double
  /// The difference that chance makes: each character of the vocabulary costs about half a prediction.
  private let noise: Double

  /// The most characters of a set that are counted.
  static let sampleSize = 1 << 20

  /// Counts the characters of both sets and computes the baseline.
  ///
  /// - Returns: Nil if there is no validation set.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public init?(_ corpus: Corpus, _ split: CorpusSplit) throws(CorpusError) {
    guard !split.validation.isEmpty else { return nil }
    let validation = try corpus.frequencies(in: split.validation)
    let test = try corpus.frequencies(in: split.test)
    // The counts of the training set are those of the corpus less those of the held-out text, the only part read again.
    var training = corpus.counts.map(Double.init)
    for id in training.indices { training[id] = max(0, training[id] - validation[id] - test[id]) }
    let smoothing = 0.5
    let trainingCount = training.reduce(0, +) + smoothing * Double(training.count)
    let validationCount = validation.reduce(0, +)
    var (loss, entropy) = (0.0, 0.0)
    for (count, trained) in zip(validation, training) where count > 0 {
      loss -= count * Mathematics.logarithm((trained + smoothing) / trainingCount)
      entropy -= count * Mathematics.logarithm(count / validationCount)
    }
    // A folded character costs its share of the unknown symbol.
    let vocabulary = corpus.vocabulary
    let folding = vocabulary.unknownID.map { validation[Int($0)] / validationCount * vocabulary.natsOfFolding } ?? 0
    self.loss = loss / validationCount + folding
    self.entropy = entropy / validationCount + folding
    chance = min(self.loss, Mathematics.logarithm(Double(vocabulary.count)) + folding)
    noise = Double(corpus.vocabulary.count) / validationCount
  }

  /// Whether the validation set differs in kind from the training set: ``loss`` exceeds ``entropy`` by more than 0.2
  /// nats and the noise of a small set.
  public var isUnlikeTraining: Bool { loss - entropy - noise > 0.2 }
}

extension Corpus {
  /// Returns the number of occurrences of each token ID in a part, an estimate if the part is large.
  fileprivate func frequencies(in part: CorpusPart) throws(CorpusError) -> [Double] {
    var counts = [Int](repeating: 0, count: vocabulary.count)
    guard !part.isEmpty else { return counts.map(Double.init) }
    let (sample, share) = part.sample(upTo: UnigramBaseline.sampleSize)
    try forEachPiece(of: sample) { characters, _ in
      for character in characters { counts[Int(character)] += 1 }
      return true
    }
    return counts.map { Double($0) / share }
  }
}
