/// The initialization of the output bias.
public enum OutputBias: String, Codable, CaseIterable, Sendable {
  /// Zeros: the model at first predicts all characters with about the same probability.
  case zero
  /// The logarithms of the characters' frequencies in a sample of the training text: the model at first predicts these
  /// frequencies, and need not learn them.
  case frequencies
}

extension OutputBias: OmittedDefault {
  package static let omitted = zero
}
