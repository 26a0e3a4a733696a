/// What is dropped from the pass over a chunk, and what its targets are softened by. Masks are data here: each number is
/// a factor, zero where something is dropped.
public struct Regularization: Equatable, Sendable {
  /// What the outputs of a layer are multiplied with on their way up, (layer, step, batch); empty for nothing.
  public var outputFactors: [[[Vector]]]

  public init(outputFactors: [[[Vector]]] = []) {
    self.outputFactors = outputFactors
  }

  public static let none = Regularization()

  func outputFactors(ofRow row: Int, step: Int, layer: Int) -> Vector? {
    outputFactors.isEmpty ? nil : outputFactors[layer][step][row]
  }
}
