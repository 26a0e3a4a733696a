/// Dropout masks and label smoothing for the pass over a chunk. Masks are data here: each number is a factor, zero for
/// a dropped element.
public struct Regularization: Equatable, Sendable {
  /// Factors of a layer's outputs toward the layer above, (layer, step, batch); empty for no dropout.
  public var outputFactors: [[[Vector]]]

  /// Factors of the characters' one-hot vectors, (step, batch); empty for no dropout.
  public var inputFactors: [[Double]]

  /// Label-smoothing mass: the share of the target's probability that is spread uniformly over the vocabulary.
  public var labelSmoothing: Double

  /// Factor β of the mean square of the change of the last layer's h.
  public var temporal: Double

  public init(
    outputFactors: [[[Vector]]] = [], inputFactors: [[Double]] = [], labelSmoothing: Double = 0, temporal: Double = 0
  ) {
    self.outputFactors = outputFactors
    self.inputFactors = inputFactors
    self.labelSmoothing = labelSmoothing
    self.temporal = temporal
  }

  public static let none = Regularization()

  func ofRow(_ row: Int) -> RowFactors { RowFactors(regularization: self, row: row) }
}

// Temporal activation regularization (Merity, McCann and Socher 2017): β/H ‖h_t − h_{t−1}‖², summed over the counted
// steps.
extension Regularization {
  /// - Parameter states: h of the last layer before and after each step, (step + 1).
  func penalty(on states: [Vector], counted: [Bool]) -> Double {
    counted.indices.reduce(0) { sum, step in
      guard counted[step] else { return sum }
      let change = states[step + 1] - states[step]
      return sum + temporal * change.values.reduce(0) { $0 + $1 * $1 } / Double(change.count)
    }
  }

  /// Returns the gradients of the penalty, times `scale`, with respect to `states`.
  func dPenalty(on states: [Vector], counted: [Bool], scale: Double) -> [Vector] {
    var gradients = states.map { Vector.zeros($0.count) }
    for step in counted.indices where counted[step] {
      let change = states[step + 1] - states[step]
      let dChange = 2 * scale * temporal / Double(change.count) * change
      gradients[step + 1] += dChange
      gradients[step] += -1 * dChange
    }
    return gradients
  }
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
