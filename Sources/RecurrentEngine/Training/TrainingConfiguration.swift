/// The configuration that determines the result of a training run, independent of the machine, paths and threads.
public struct TrainingConfiguration: Codable, Equatable, Sendable {
  /// The recurrent cell of each layer.
  public var cell: RecurrentCell
  /// The hidden size.
  public var hiddenSize: Int
  /// The number of stacked layers.
  public var layerCount: Int
  /// The embedding of characters; nil if layer 0 looks up rows of its weights.
  public var embedding: Embedding?
  /// The normalization of pre-activations; nil for none.
  public var normalization: Normalization?
  /// The connections between layers, from layer 1 up. Omitted from a checkpoint if layers are stacked plainly.
  public var connection: Connection
  /// The unit of text that counts as a character.
  public var unit: TextUnit
  /// The handling of malformed UTF-8, which affects the text. Older checkpoints omit it; then it is an error.
  public var malformedUTF8: MalformedUTF8Policy
  /// The batch size: the number of streams read in parallel.
  public var batchSize: Int
  /// The number of shards of a mini-batch; nil for one. See ``shardCount``.
  public var shards: Int?
  /// The maximum number of time steps in a chunk: the length of truncated BPTT.
  public var chunkLength: Int
  /// The optimizer.
  public var optimizer: OptimizerConfiguration
  /// The learning-rate schedule.
  public var schedule: LearningRateSchedule
  /// The decay rate of the weight average over the updates; nil for no averaging.
  public var averageDecay: Double?
  /// The regularization against overfitting. Omitted from a checkpoint if there is none.
  public var regularization: Regularization
  /// The maximum global norm of the gradient; nil for no clipping.
  public var clip: Double?
  /// The fraction of the text held out for validation: at least 0 and below 1.
  public var validationFraction: Double
  /// The division of the text. Older checkpoints omit it.
  public var division: TextDivision
  /// The initialization of the model.
  public var initialization: Initialization

  /// Creates a configuration; see ``recommended(for:from:keeping:budget:threadCount:kernelName:)`` for one that suits a
  /// text.
  public init(
    cell: RecurrentCell = .lstm(), hiddenSize: Int = 128, layerCount: Int = 2, embedding: Embedding? = nil,
    normalization: Normalization? = nil, connection: Connection = .plain,
    unit: TextUnit = .character,
    malformedUTF8: MalformedUTF8Policy = .error, batchSize: Int = 50, shards: Int? = nil, chunkLength: Int = 50,
    optimizer: OptimizerConfiguration = OptimizerConfiguration(),
    schedule: LearningRateSchedule = LearningRateSchedule(), averageDecay: Double? = nil,
    regularization: Regularization = Regularization(), clip: Double? = 5, validationFraction: Double = 0.1,
    division: TextDivision = TextDivision(), initialization: Initialization = Initialization(seed: 1)
  ) {
    self.cell = cell
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.embedding = embedding
    self.normalization = normalization
    self.connection = connection
    self.unit = unit
    self.malformedUTF8 = malformedUTF8
    self.batchSize = batchSize
    self.shards = shards
    self.chunkLength = chunkLength
    self.optimizer = optimizer
    self.schedule = schedule
    self.averageDecay = averageDecay
    self.regularization = regularization
    self.clip = clip
    self.validationFraction = validationFraction
    self.division = division
    self.initialization = initialization
  }

  /// Returns a copy with fewer streams, or shorter chunks, if the text is too short for the configured ones.
  ///
  /// - Returns: Nil if there are fewer than two characters to train on.
  public func fitted(toTrainingCharacters count: Int) -> TrainingConfiguration? {
    guard count >= 2 else { return nil }
    var fitted = self
    fitted.chunkLength = min(chunkLength, count - 1)
    fitted.batchSize = multipleOfShards(min(batchSize, max(1, count / (fitted.chunkLength + 1))))
    return fitted
  }

  /// Returns a copy, with fewer streams or shorter chunks if the corpus is short, and the corresponding split.
  ///
  /// - Throws: `CorpusError.tooShort`, with the number of characters or records left for training, if there are fewer
  ///   than two characters, or no record; for records also `.readFailed` or `.changed`.
  public func fitted(
    to corpus: Corpus
  ) throws(CorpusError) -> (configuration: TrainingConfiguration, split: CorpusSplit) {
    try fitted(to: CorpusSplit(corpus, self, streamCount: 1), of: corpus)
  }

  /// Returns the fitted copy and split for a corpus that is already split for one stream.
  ///
  /// - Throws: `CorpusError.tooShort` like ``fitted(to:)``.
  public func fitted(
    to split: CorpusSplit, of corpus: Corpus
  ) throws(CorpusError) -> (configuration: TrainingConfiguration, split: CorpusSplit) {
    var fitted = self
    switch split.training {
    case .records(let starts):
      guard !starts.isEmpty else { throw .tooShort(characterCount: 0, streamCount: 1) }
      fitted.batchSize = multipleOfShards(min(batchSize, starts.count))
    case .characters:
      guard let text = self.fitted(toTrainingCharacters: split.training.count) else {
        throw .tooShort(characterCount: split.training.count, streamCount: 1)
      }
      fitted = text
    }
    // The number of held-out stream ends depends on the number of streams.
    let isFinal = division.records != nil || division.split == .tail
    return (fitted, isFinal ? split : try CorpusSplit(corpus, fitted))
  }

  /// Returns the configuration of the trained model.
  public func modelConfiguration(vocabularySize: Int) -> ModelConfiguration {
    ModelConfiguration(
      cell: cell, vocabularySize: vocabularySize, hiddenSize: hiddenSize, layerCount: layerCount,
      embedding: embedding, normalization: normalization, connection: connection)
  }
}

extension CorpusSplit {
  /// Splits a corpus by a configuration.
  ///
  /// - Parameters:
  ///   - corpus: The text to train on.
  ///   - configuration: The settings of the run.
  ///   - streamCount: The number of streams, each of whose ends is held out if the split is interleaved; nil for the
  ///     batch size, which ``TrainingConfiguration/fitted(to:)`` fits to a split with one stream.
  /// - Throws: For records, `CorpusError.readFailed` or `.changed`.
  public init(
    _ corpus: Corpus, _ configuration: TrainingConfiguration, streamCount: Int? = nil
  ) throws(CorpusError) {
    try self.init(
      corpus, configuration.division, validationFraction: configuration.validationFraction,
      streamCount: streamCount ?? configuration.batchSize, seed: configuration.initialization.seed)
  }
}
