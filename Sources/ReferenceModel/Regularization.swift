/// What is dropped from the pass over a chunk, and how its targets are softened. Masks are data here: each number is a
/// factor, zero where something is dropped.
public struct Regularization: Equatable, Sendable {
  /// What the outputs of a layer are multiplied with on their way up, (layer, step, batch); empty for nothing.
  public var outputFactors: [[[Vector]]]

  /// What the one-hot vectors of the characters are multiplied with, (step, batch); empty for nothing.
  public var inputFactors: [[Double]]

  /// The share of the target's probability that is spread over the whole vocabulary.
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

  /// The character as layer 0 sees it.
  func input(_ character: Int, step: Int, vocabularySize: Int) -> CellInput {
    guard !regularization.inputFactors.isEmpty else { return .character(character) }
    var oneHot = Vector.zeros(vocabularySize)
    oneHot.values[character] = regularization.inputFactors[step][row]
    return .vector(oneHot)
  }

  /// What is multiplied with the character's embedding.
  func inputFactor(step: Int) -> Double {
    regularization.inputFactors.isEmpty ? 1 : regularization.inputFactors[step][row]
  }

  /// What the layer above sees of h, or h of its gradient.
  func output(_ h: Vector, step: Int, layer: Int) -> Vector {
    regularization.outputFactors.isEmpty ? h : regularization.outputFactors[layer][step][row] ∘ h
  }
}
