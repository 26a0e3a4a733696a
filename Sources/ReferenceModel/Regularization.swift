/// Dropout masks and label smoothing for the pass over a chunk. Masks are data here: each number is a factor, zero for
/// a dropped element.
public struct Regularization: Equatable, Sendable {
  /// Factors of a layer's outputs toward the layer above, (layer, step, batch); empty for no dropout.
  public var outputFactors: [[[Vector]]]

  /// Factors of the characters' one-hot vectors, (step, batch); empty for no dropout.
  public var inputFactors: [[Double]]

  /// Label-smoothing mass: the share of the target's probability that is spread uniformly over the vocabulary.
  public var labelSmoothing: Double

  public init(outputFactors: [[[Vector]]] = [], inputFactors: [[Double]] = [], labelSmoothing: Double = 0) {
    self.outputFactors = outputFactors
    self.inputFactors = inputFactors
    self.labelSmoothing = labelSmoothing
  }

  public static let none = Regularization()

  func ofRow(_ row: Int) -> RowFactors { RowFactors(regularization: self, row: row) }
}

/// The factors of one sequence.
struct RowFactors {
  fileprivate let regularization: Regularization
  fileprivate let row: Int

  /// Returns the character as the input of layer 0.
  func input(_ character: Int, step: Int, vocabularySize: Int) -> CellInput {
    guard !regularization.inputFactors.isEmpty else { return .character(character) }
    var oneHot = Vector.zeros(vocabularySize)
    oneHot.values[character] = regularization.inputFactors[step][row]
    return .vector(oneHot)
  }

  /// Returns the factor of the character's embedding.
  func inputFactor(step: Int) -> Double {
    regularization.inputFactors.isEmpty ? 1 : regularization.inputFactors[step][row]
  }

  /// Returns h after dropout, as the layer above sees it, or the gradient of h.
  func output(_ h: Vector, step: Int, layer: Int) -> Vector {
    regularization.outputFactors.isEmpty ? h : regularization.outputFactors[layer][step][row] ∘ h
  }
}
