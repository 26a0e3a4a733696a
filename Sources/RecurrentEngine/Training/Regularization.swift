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

  /// No regularization, but for what is given.
  public init(dropout: Double = 0, dropoutMask: DropoutMask = .step) {
    self.dropout = dropout
    self.dropoutMask = dropoutMask
  }
}

extension Regularization {
  /// What is missing is off, so that checkpoints from before there was such a member stay readable.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    dropout = try members.decodeIfPresent(Double.self, forKey: .dropout) ?? dropout
    dropoutMask = try members.decodeIfPresent(DropoutMask.self, forKey: .dropoutMask) ?? dropoutMask
  }

  /// Whether training with these values is possible.
  var isValid: Bool { [dropout].allSatisfy((0..<1).contains) }
}
