/// All that decides what a run of training computes. Nothing here depends on the machine, on paths or on threads.
public struct TrainingConfiguration: Codable, Equatable, Sendable {
  /// What the layers are made of.
  public var cell: CellKind
  /// Units of each layer.
  public var hiddenSize: Int
  /// Stacked layers.
  public var layerCount: Int
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
  /// The share of the text, at its end, that is held out: from 0 to below 1.
  public var validationFraction: Double
  /// How the model starts.
  public var initialization: Initialization

  /// The defaults are those of `lstm-train`.
  public init(
    cell: CellKind = .lstm, hiddenSize: Int = 128, layerCount: Int = 2, unit: TextUnit = .character,
    malformedUTF8: MalformedUTF8Policy = .error, batchSize: Int = 50, chunkLength: Int = 50,
    optimizer: OptimizerConfiguration = OptimizerConfiguration(),
    schedule: LearningRateSchedule = LearningRateSchedule(), averageDecay: Double? = nil,
    regularization: Regularization = Regularization(), clip: Double? = 5, validationFraction: Double = 0.1,
    initialization: Initialization = Initialization(seed: 1)
  ) {
    self.cell = cell
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
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

  /// The shape of the model that is trained.
  public func modelConfiguration(vocabularySize: Int) -> ModelConfiguration {
    ModelConfiguration(
      cell: cell, vocabularySize: vocabularySize, hiddenSize: hiddenSize, layerCount: layerCount)
  }
}

// What the synthesized decoding of a configuration calls, so that keys may be missing.
extension KeyedDecodingContainer {
  func decode(_ type: LearningRateSchedule.Type, forKey key: Key) throws -> LearningRateSchedule {
    try decodeIfPresent(type, forKey: key) ?? LearningRateSchedule()
  }

  func decode(_ type: MalformedUTF8Policy.Type, forKey key: Key) throws -> MalformedUTF8Policy {
    try decodeIfPresent(type, forKey: key) ?? .error
  }

  func decode(_ type: Regularization.Type, forKey key: Key) throws -> Regularization {
    try decodeIfPresent(type, forKey: key) ?? Regularization()
  }
}

extension KeyedEncodingContainer {
  /// What the synthesized encoding of a configuration calls: a run without regularization has the bytes that it had
  /// before there was any.
  mutating func encode(_ value: Regularization, forKey key: Key) throws {
    if value != Regularization() { try encodeIfPresent(value, forKey: key) }
  }
}
