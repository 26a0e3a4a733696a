/// The initialization of the output bias.
public enum OutputBias: String, Codable, CaseIterable, Sendable {
  /// Zeros: the model at first predicts all characters with about the same probability.
  case zero
  /// The logarithms of the characters' frequencies in a sample of the training text: the model at first predicts these
  /// frequencies, and need not learn them.
  case frequencies
}

// Overloads that the synthesized coding of Initialization calls, so that checkpoints from before there was a choice
// can be read, and those with zeros have the same bytes.

extension KeyedEncodingContainer {
  mutating func encode(_ value: OutputBias, forKey key: Key) throws {
    try encodeIfPresent(value == .zero ? nil : value, forKey: key)
  }
}

extension KeyedDecodingContainer {
  func decode(_ type: OutputBias.Type, forKey key: Key) throws -> OutputBias {
    try decodeIfPresent(type, forKey: key) ?? .zero
  }
}
