/// All that decides what a run of training computes. Nothing here depends on the machine, on paths or on threads.
public struct TrainingConfiguration: Codable, Equatable, Sendable {
  public var cell: CellKind
  public var hiddenSize: Int
  public var layerCount: Int
  public var unit: TextUnit
  /// It decides what the text is. Where an older checkpoint does not name it, it is an error.
  public var malformedUTF8: MalformedUTF8Policy
  public var batchSize: Int
  /// The most characters of each stream that a chunk predicts.
  public var chunkLength: Int
  public var optimizer: OptimizerConfiguration
  /// The largest global norm of the gradient; nil for no clipping.
  public var clip: Double?
  public var validationFraction: Double
  public var initialization: Initialization

  public init(
    cell: CellKind = .lstm, hiddenSize: Int = 128, layerCount: Int = 2, unit: TextUnit = .character,
    malformedUTF8: MalformedUTF8Policy = .error, batchSize: Int = 50, chunkLength: Int = 50,
    optimizer: OptimizerConfiguration = OptimizerConfiguration(), clip: Double? = 5, validationFraction: Double = 0.1,
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

  public func modelConfiguration(vocabularySize: Int) -> ModelConfiguration {
    ModelConfiguration(
      cell: cell, vocabularySize: vocabularySize, hiddenSize: hiddenSize, layerCount: layerCount)
  }
}

extension KeyedDecodingContainer {
  /// What the synthesized decoding of a configuration calls, so that the key may be missing.
  func decode(_ type: MalformedUTF8Policy.Type, forKey key: Key) throws -> MalformedUTF8Policy {
    try decodeIfPresent(type, forKey: key) ?? .error
  }
}
