/// All that decides what a run of training computes. Nothing here depends on the machine, on paths or on threads.
public struct TrainingConfiguration: Codable, Equatable, Sendable {
  /// What the layers are made of.
  public var cell: RecurrentCell
  /// Units of each layer.
  public var hiddenSize: Int
  /// Stacked layers.
  public var layerCount: Int
  /// How characters are read; nil if layer 0 looks up rows of its weights.
  public var embedding: Embedding?
  /// How the sums of gates are normalized; nil if they are not.
  public var normalization: Normalization?
  /// What layers from layer 1 up make of their input and of what they compute of it. Absent in a checkpoint where it is
  /// the latter alone.
  public var connection: Connection
  /// What counts as a character of the text.
  public var unit: TextUnit
  /// It decides what the text is. Where an older checkpoint does not name it, it is an error.
  public var malformedUTF8: MalformedUTF8Policy
  /// Streams that are read side by side.
  public var batchSize: Int
  /// The most characters of each stream that a chunk predicts.
  public var chunkLength: Int
  /// How parameters follow their gradients.
  public var optimizer: OptimizerConfiguration
  /// How the learning rate changes.
  public var schedule: LearningRateSchedule
  /// The decay of the average of the weights over the updates; nil where they are taken as they are.
  public var averageDecay: Double?
  /// What keeps the model from learning the text by heart. Absent in a checkpoint where there is nothing of it.
  public var regularization: Regularization
  /// The largest global norm of the gradient; nil for no clipping.
  public var clip: Double?
  /// The share of the text that is held out for validation: from 0 to below 1.
  public var validationFraction: Double
  /// How the text is divided. Older checkpoints do not name it.
  public var division: TextDivision
  /// How the model starts.
  public var initialization: Initialization

  /// A configuration to start from; see ``recommended(for:from:keeping:budget:threadCount:kernelName:)`` for one that
  /// suits a text.
  public init(
    cell: RecurrentCell = .lstm(), hiddenSize: Int = 128, layerCount: Int = 2, embedding: Embedding? = nil,
    normalization: Normalization? = nil, connection: Connection = .plain,
    unit: TextUnit = .character,
    malformedUTF8: MalformedUTF8Policy = .error, batchSize: Int = 50, chunkLength: Int = 50,
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

  /// The same with fewer streams, or shorter chunks, where a text is too short for those that were asked for.
  ///
  /// - Returns: Nil if there are not even two characters to train on.
  public func fitted(toTrainingCharacters count: Int) -> TrainingConfiguration? {
    guard count >= 2 else { return nil }
    var fitted = self
    fitted.chunkLength = min(chunkLength, count - 1)
    fitted.batchSize = min(batchSize, max(1, count / (fitted.chunkLength + 1)))
    return fitted
  }

  /// The same with fewer streams, or shorter chunks, where a corpus is too short for those that were asked for; and how
  /// it is divided then.
  ///
  /// - Throws: `CorpusError.tooShort`, with the characters or lines that are left for training, if there are not even
  ///   two characters, or no line; of lines also `.readFailed` or `.changed`.
  public func fitted(
    to corpus: Corpus
  ) throws(CorpusError) -> (configuration: TrainingConfiguration, split: CorpusSplit) {
    try fitted(to: CorpusSplit(corpus, self, streamCount: 1), of: corpus)
  }

  /// The same for a corpus that is already divided as for one stream.
  ///
  /// - Throws: `CorpusError.tooShort` as ``fitted(to:)``.
  public func fitted(
    to split: CorpusSplit, of corpus: Corpus
  ) throws(CorpusError) -> (configuration: TrainingConfiguration, split: CorpusSplit) {
    var fitted = self
    switch split.training {
    case .lines(let starts):
      guard !starts.isEmpty else { throw .tooShort(characterCount: 0, streamCount: 1) }
      fitted.batchSize = min(batchSize, starts.count)
    case .characters:
      guard let text = self.fitted(toTrainingCharacters: split.training.count) else {
        throw .tooShort(characterCount: split.training.count, streamCount: 1)
      }
      fitted = text
    }
    // How many ends are held out depends on the streams.
    let isFinal = division.readsLines || division.split == .tail
    return (fitted, isFinal ? split : try CorpusSplit(corpus, fitted))
  }

  /// The shape of the model that is trained.
  public func modelConfiguration(vocabularySize: Int) -> ModelConfiguration {
    ModelConfiguration(
      cell: cell, vocabularySize: vocabularySize, hiddenSize: hiddenSize, layerCount: layerCount,
      embedding: embedding, normalization: normalization, connection: connection)
  }
}

extension CorpusSplit {
  /// Divides a corpus as a configuration says.
  ///
  /// - Parameter streamCount: The streams at whose ends text is held out, if the division is interleaved; nil for the
  ///   batch size. The batch size that fits a corpus is known after a split with one stream; see
  ///   ``TrainingConfiguration/fitted(to:)``.
  /// - Throws: For lines, `CorpusError.readFailed` or `.changed`.
  public init(
    _ corpus: Corpus, _ configuration: TrainingConfiguration, streamCount: Int? = nil
  ) throws(CorpusError) {
    try self.init(
      corpus, configuration.division, validationFraction: configuration.validationFraction,
      streamCount: streamCount ?? configuration.batchSize, seed: configuration.initialization.seed)
  }
}
