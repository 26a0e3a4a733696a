/// How a model follows the text that it is measured on.
public struct Adaptation: Equatable, Sendable {
  /// The factor of the gradient of the mean loss of a chunk.
  public var rate: Double
  /// The characters of a chunk.
  public var chunkLength: Int
  /// The largest global norm of the gradient; nil for no clipping.
  public var clip: Double?

  /// How fast, how often and with what bound a model learns.
  public init(rate: Double, chunkLength: Int, clip: Double?) {
    self.rate = rate
    self.chunkLength = chunkLength
    self.clip = clip
  }
}

/// A pass in which the model learns from each chunk once it is scored: dynamic evaluation (Krause et al. 2018), by
/// stochastic gradient descent.
///
/// The text is one stream, so whatever is learned comes from what stands before. The model that is given stays as it is.
public final class DynamicEvaluationPass: ScoringPass {
  public var countedCharacters: Int { streams.countedCharacters }
  public var fractionDone: Double { streams.fractionRead }

  private let streams: ValidationStreams
  private let trainer: ChunkTrainer
  private var chunk = Chunk()

  /// A pass over the characters of `range`, with a copy of the model. The corpus must be in the ids of its vocabulary.
  public convenience init(
    _ model: LanguageModel, corpus: Corpus, range: Range<Int>, adaptation: Adaptation, threadCount: Int
  ) {
    self.init(
      model, ValidationStreams(corpus: corpus, range: range, chunkLength: adaptation.chunkLength, streamCount: 1),
      adaptation, threadCount: threadCount)
  }

  /// A pass over a part of a corpus, in reading order, with a copy of the model.
  ///
  /// - Parameter part: Characters in one range, or lines.
  /// - Throws: Of lines, `CorpusError.readFailed` or `.changed`.
  public convenience init(
    _ model: LanguageModel, corpus: Corpus, part: CorpusPart, adaptation: Adaptation, threadCount: Int
  ) throws(CorpusError) {
    let streams = try ValidationStreams(
      corpus: corpus, part: part, chunkLength: adaptation.chunkLength, streamCount: 1)
    self.init(model, streams, adaptation, threadCount: threadCount)
  }

  private init(_ model: LanguageModel, _ streams: ValidationStreams, _ adaptation: Adaptation, threadCount: Int) {
    self.streams = streams
    trainer = ChunkTrainer(
      LanguageModel(copying: model), optimizer: OptimizerConfiguration(kind: .sgd, learningRate: adaptation.rate),
      clip: adaptation.clip, batchSize: 1, chunkLength: adaptation.chunkLength,
      holdsSequences: streams.holdsSequences, threadCount: threadCount)
    model.beginLines(in: trainer.workspace)
  }

  public func next() throws(CorpusError) -> [Float]? {
    guard try streams.next(into: &chunk) else { return nil }
    chunk.isFirstOfEpoch = false  // The state has begun.
    let update = trainer.update(chunk)
    let losses = trainer.workspace.losses(of: chunk)
    // A model that can no longer learn does not follow the text, whatever the losses are.
    return update.isFinite ? losses : losses.map { _ in .nan }
  }
}
