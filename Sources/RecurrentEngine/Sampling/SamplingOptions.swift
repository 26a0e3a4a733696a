/// How a character is drawn from the logits.
public struct SamplingOptions: Sendable, Equatable {
  /// Below 1 likely characters become likelier, above 1 less so; 0 takes the most likely one always.
  public var temperature: Double

  public init(temperature: Double = 1) {
    self.temperature = temperature
  }
}
