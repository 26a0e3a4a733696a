/// What keeps a model from learning its text by heart. In training alone: models are measured and used without it.
public struct Regularization: Codable, Equatable, Sendable {
  /// How long a mask of dropout stays.
  public enum DropoutMask: String, Codable, CaseIterable, Sendable {
    /// Each step has its own (Zaremba et al. 2014).
    case step
    /// All steps of a stream's chunk have the same (Gal and Ghahramani 2016).
    case sequence
  }

  /// The probability that a unit of a layer's output is dropped on its way to the layer above or to the output layer,
  /// from 0 to below 1 (Srivastava et al. 2014). The layer's own next step sees it all.
  public var dropout: Double
  /// How long a mask of ``dropout`` stays.
  public var dropoutMask: DropoutMask

  /// The probability that a character is not seen by layer 0, from 0 to below 1; what is kept weighs more instead.
  public var inputDropout: Double
  /// The probability that a recurrent weight is zero for an update, from 0 to below 1 (DropConnect; Merity et al. 2018).
  public var recurrentDropout: Double
  /// The probability that a stream starts a chunk with a zero state, from 0 to below 1 (Melis et al. 2018). A model that has
  /// seen few beginnings can go astray where a text begins, although it was trained well on what goes on for long.
  public var stateReset: Double
  /// The share of the target's probability that is spread over the whole vocabulary, from 0 to below 1 (Szegedy et al.
  /// 2016). Losses are told without it.
  public var labelSmoothing: Double

  /// No regularization, but for what is given.
  public init(
    dropout: Double = 0, dropoutMask: DropoutMask = .step, inputDropout: Double = 0, recurrentDropout: Double = 0,
    stateReset: Double = 0, labelSmoothing: Double = 0
  ) {
    self.dropout = dropout
    self.dropoutMask = dropoutMask
    self.inputDropout = inputDropout
    self.recurrentDropout = recurrentDropout
    self.stateReset = stateReset
    self.labelSmoothing = labelSmoothing
  }
}

extension Regularization {
  /// What is missing is off, so that checkpoints from before there was such a member stay readable.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    func share(_ key: CodingKeys) throws -> Double { try members.decodeIfPresent(Double.self, forKey: key) ?? 0 }
    dropout = try share(.dropout)
    inputDropout = try share(.inputDropout)
    recurrentDropout = try share(.recurrentDropout)
    stateReset = try share(.stateReset)
    labelSmoothing = try share(.labelSmoothing)
    dropoutMask = try members.decodeIfPresent(DropoutMask.self, forKey: .dropoutMask) ?? dropoutMask
  }

  /// Whether training with these values is possible.
  package var isValid: Bool {
    [dropout, inputDropout, recurrentDropout, stateReset, labelSmoothing].allSatisfy((0..<1).contains)
  }
}
