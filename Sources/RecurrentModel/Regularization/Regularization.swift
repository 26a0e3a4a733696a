/// Regularization against overfitting. It is applied in training only, not in evaluation or generation.
public struct Regularization: Codable, Equatable, Sendable {
  /// The lifetime of a dropout mask.
  public enum DropoutMask: String, Codable, CaseIterable, Sendable {
    /// A new mask for each step (Zaremba et al. 2014).
    case step
    /// The same mask for all steps of a stream's chunk (Gal and Ghahramani 2016).
    case sequence
  }

  /// Dropout rate between layers and before the output, from 0 to below 1 (Srivastava et al. 2014). The recurrence has
  /// no dropout.
  public var dropout: Double
  /// The lifetime of a mask of ``dropout``.
  public var dropoutMask: DropoutMask

  /// Probability that an input character is dropped, from 0 to below 1. Kept characters are scaled up.
  public var inputDropout: Double
  /// Dropout rate of the recurrent weights in an optimizer step, from 0 to below 1 (DropConnect; Merity et al. 2018).
  public var recurrentDropout: Double
  /// The probability that a stream starts a chunk with a zero state, from 0 to below 1 (Melis et al. 2018). A model
  /// that has rarely been trained from a zero state can predict badly at the beginning of a text.
  public var stateReset: Double
  /// Label smoothing: the uniform part of the targets, from 0 to below 1 (Szegedy et al. 2016). Reported losses are
  /// without it.
  public var labelSmoothing: Double
  /// Temporal activation regularization (TAR): the factor β of the mean square of the change of the last layer's h from
  /// step to step, which is added to the loss, from 0 to 10⁶ (Merity et al. 2017). Reported losses are without it.
  public var temporal: Double

  /// The possible values of ``temporal``.
  package static let temporalFactors = 0.0...1e6

  /// Creates a configuration; by default there is no regularization.
  public init(
    dropout: Double = 0, dropoutMask: DropoutMask = .step, inputDropout: Double = 0, recurrentDropout: Double = 0,
    stateReset: Double = 0, labelSmoothing: Double = 0, temporal: Double = 0
  ) {
    self.dropout = dropout
    self.dropoutMask = dropoutMask
    self.inputDropout = inputDropout
    self.recurrentDropout = recurrentDropout
    self.stateReset = stateReset
    self.labelSmoothing = labelSmoothing
    self.temporal = temporal
  }
}

extension Regularization {
  private enum CodingKeys: String, CodingKey {
    case dropout, dropoutMask, inputDropout, recurrentDropout, stateReset, labelSmoothing, temporal
  }

  /// Decodes a configuration. A missing member is off, so that checkpoints from before it existed can be read.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    func number(_ key: CodingKeys) throws -> Double { try members.decodeIfPresent(Double.self, forKey: key) ?? 0 }
    dropout = try number(.dropout)
    inputDropout = try number(.inputDropout)
    recurrentDropout = try number(.recurrentDropout)
    stateReset = try number(.stateReset)
    labelSmoothing = try number(.labelSmoothing)
    temporal = try number(.temporal)
    dropoutMask = try members.decodeIfPresent(DropoutMask.self, forKey: .dropoutMask) ?? dropoutMask
  }

  /// Encodes a configuration. `temporal` is left out if it is zero, so that runs without it have the bytes of earlier
  /// versions.
  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(dropout, forKey: .dropout)
    try members.encode(dropoutMask, forKey: .dropoutMask)
    try members.encode(inputDropout, forKey: .inputDropout)
    try members.encode(recurrentDropout, forKey: .recurrentDropout)
    try members.encode(stateReset, forKey: .stateReset)
    try members.encode(labelSmoothing, forKey: .labelSmoothing)
    if temporal > 0 { try members.encode(temporal, forKey: .temporal) }
  }

  /// Whether training with these values is possible.
  package var isValid: Bool {
    [dropout, inputDropout, recurrentDropout, stateReset, labelSmoothing].allSatisfy((0..<1).contains)
      && Self.temporalFactors.contains(temporal)
  }
}
