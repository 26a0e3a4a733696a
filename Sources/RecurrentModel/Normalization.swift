/// The normalization of a cell's pre-activations.
public enum Normalization: String, Codable, Sendable {
  /// Over the units of each gate (Ba et al. 2016): xW and h′U separately, and the LSTM's c before its tanh.
  case layer
}
