/// How the sums that enter a cell are normalized.
public enum Normalization: String, Codable, Sendable {
  /// Over the units of each gate (Ba et al. 2016): xW and h′U each by themselves, and the LSTM's c before its tanh.
  case layer
}
