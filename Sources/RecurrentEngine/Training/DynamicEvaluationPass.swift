/// The settings of dynamic evaluation, in which a model is trained on the text that it is evaluated on.
public struct Adaptation: Equatable, Sendable {
  /// The learning rate of plain stochastic gradient descent, by which the gradient of a chunk's mean loss is multiplied.
  /// Nil for steps that need no rate: each element of the gradient is divided by its root mean square so far, and the
  /// weights decay towards the trained ones (Krause et al. 2018).
  public var rate: Double?
  /// The number of characters in a chunk.
  public var chunkLength: Int
  /// The maximum global norm of the gradient; nil for no clipping.
  public var clip: Double?

  /// Creates settings.
  public init(rate: Double?, chunkLength: Int = Self.usualChunkLength, clip: Double?) {
    self.rate = rate
    self.chunkLength = chunkLength
    self.clip = clip
  }

  /// The chunk length that suits most texts: the model follows soon, and the gradients are not too noisy.
  public static let usualChunkLength = 20

  /// The fraction of its distance to the trained weight by which each weight returns at each step, without a rate.
  var returningShare: Float { rate == nil ? 0.0005 : 0 }

  var optimizer: OptimizerConfiguration {
    guard let rate else {
      // Without a first moment, Adam divides by the root mean square, corrected for its start from zero.
      return OptimizerConfiguration(kind: .adam, learningRate: 0.001, beta1: 0, beta2: 0.999, epsilon: 1e-4)
    }
    return OptimizerConfiguration(kind: .sgd, learningRate: rate)
  }
}

/// An evaluation pass that trains on each chunk after it was scored: dynamic evaluation (Krause et al. 2018).
///
/// The text is one stream, so that the model only ever adapts to preceding text. The given model is not changed.
public final class DynamicEvaluationPass: ScoringPass {
  public var countedCharacters: Int { streams.countedCharacters }
  public var fractionDone: Double { streams.fractionRead }

  private let streams: ValidationStreams
  private let trainer: ChunkTrainer
  private let trained: LanguageModel
  private let returningShare: Float
  private var chunk = Chunk()

  /// Creates a pass over the characters of `range`, with a copy of the model, whose vocabulary the corpus must have.
  public convenience init(
    _ model: LanguageModel, corpus: Corpus, range: Range<Int>, adaptation: Adaptation, threadCount: Int
  ) {
    self.init(
      model, ValidationStreams(corpus: corpus, range: range, chunkLength: adaptation.chunkLength, streamCount: 1),
      adaptation, threadCount: threadCount)
  }

  /// Creates a pass over a part of a corpus, in reading order, with a copy of the model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - corpus: The text, in the token IDs of the model.
  ///   - part: Characters in one range, or records.
  ///   - adaptation: The learning rate and chunk length of dynamic evaluation.
  ///   - threadCount: The number of threads; the results do not depend on it.
  /// - Throws: For records, `CorpusError.readFailed` or `.changed`.
  public convenience init(
    _ model: LanguageModel, corpus: Corpus, part: CorpusPart, adaptation: Adaptation, threadCount: Int
  ) throws(CorpusError) {
    let streams = try ValidationStreams(
      corpus: corpus, part: part, chunkLength: adaptation.chunkLength, streamCount: 1)
    self.init(model, streams, adaptation, threadCount: threadCount)
  }

  private init(_ model: LanguageModel, _ streams: ValidationStreams, _ adaptation: Adaptation, threadCount: Int) {
    self.streams = streams
    trained = model
    returningShare = adaptation.returningShare
    trainer = ChunkTrainer(
      LanguageModel(copying: model), optimizer: adaptation.optimizer, clip: adaptation.clip, batchSize: 1,
      chunkLength: adaptation.chunkLength,
      holdsSequences: streams.holdsSequences, threadCount: threadCount)
    model.beginLines(in: trainer.workspace)
  }

  /// The model with its current weights.
  public var model: LanguageModel { trainer.model }

  public func next() throws(CorpusError) -> [Float]? {
    guard try streams.next(into: &chunk) else { return nil }
    chunk.isFirstOfEpoch = false  // Keeps the initial state.
    let update = trainer.update(chunk)
    let losses = trainer.model.losses(trainer.workspace, of: chunk)
    trainer.model.parameters.move(returningShare, to: trained.parameters, executor: trainer.executor)
    // After a skipped step the model no longer follows the text, whatever the losses are.
    return update.isFinite ? losses : losses.map { _ in .nan }
  }
}
