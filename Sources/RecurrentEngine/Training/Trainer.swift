/// Trains a model on a corpus: streams and epochs, validation, and the best parameters so far.
///
/// It writes nothing and prints nothing. A program calls ``advance()`` step by step, and ``validate()`` and
/// ``Checkpoint`` when it likes.
public final class Trainer {
  public let configuration: TrainingConfiguration
  public let split: CorpusSplit
  public let threadCount: Int
  /// The parameters as they are now.
  public let model: LanguageModel
  /// Updates so far.
  public private(set) var step = 0
  /// Characters predicted in training so far.
  public private(set) var characterCount = 0
  /// The best loss in validation so far, in nats per character, and the step that reached it.
  public private(set) var best: (loss: Double, step: Int)?

  private let streams: TrainingStreams
  private let evaluation: Evaluation?
  private let chunkTrainer: ChunkTrainer
  private var bestModel: LanguageModel?
  private var chunk = Chunk()

  /// - Parameter configuration: Must fit the corpus; see ``TrainingConfiguration/fitted(toTrainingCharacters:)``.
  /// - Throws: `CorpusError` if there is too little text; `KernelSelectionError`.
  public init(corpus: Corpus, split: CorpusSplit, configuration: TrainingConfiguration, threadCount: Int) throws {
    self.configuration = configuration
    self.split = split
    self.threadCount = threadCount
    streams = try TrainingStreams(
      corpus: corpus, range: split.training, batchSize: configuration.batchSize,
      chunkLength: configuration.chunkLength)
    model = try LanguageModel(
      cell: configuration.cell, hiddenSize: configuration.hiddenSize, layerCount: configuration.layerCount,
      vocabulary: corpus.vocabulary, initialization: configuration.initialization)
    chunkTrainer = ChunkTrainer(
      model, optimizer: configuration.optimizer, clip: configuration.clip, batchSize: configuration.batchSize,
      chunkLength: configuration.chunkLength, threadCount: threadCount)
    let evaluation = Evaluation(model.configuration, corpus: corpus, range: split.validation)
    self.evaluation = evaluation.countedCharacters > 0 ? evaluation : nil
  }

  public var stepsPerEpoch: Int { streams.chunksPerEpoch }
  /// Whether there is text to validate on.
  public var canValidate: Bool { evaluation != nil }
  /// Passes over the training part so far.
  public var epoch: Double {
    Double(streams.position.epoch) + Double(streams.position.chunk) / Double(streams.chunksPerEpoch)
  }
  public var phaseTimes: ChunkTrainer.PhaseTimes { chunkTrainer.phaseTimes }

  /// Reads the next chunk and learns from it.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`; the model is then as before.
  public func advance() throws(CorpusError) -> ChunkTrainer.Update {
    try streams.next(into: &chunk)
    let update = chunkTrainer.update(chunk)
    step += 1
    characterCount += update.countedCharacters
    return update
  }

  /// Measures the loss on the held-out part, in nats per character, and keeps the parameters if it is the best so far.
  ///
  /// - Returns: Nil if nothing is held out.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func validate() throws(CorpusError) -> Double? {
    guard let loss = try evaluation?.loss(of: model, threadCount: threadCount) else { return nil }
    if loss < best?.loss ?? .infinity {
      best = (loss, step)
      if let bestModel {
        bestModel.parameters.copy(from: model.parameters)
      } else {
        bestModel = LanguageModel(copying: model)
      }
    }
    return loss
  }

  /// The model with the best loss in validation, or the newest where there was no validation.
  public var selectedModel: LanguageModel { bestModel ?? model }
}
