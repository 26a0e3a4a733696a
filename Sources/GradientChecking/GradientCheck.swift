internal import RecurrentEngine
internal import ReferenceModel

/// A comparison of the engine's gradients with a double-precision reference, and of the reference with finite
/// differences of the loss.
///
/// All errors of a tensor are relative to its largest gradient, so that elements near zero have little weight.
package struct GradientCheck: Sendable {
  /// One parameter.
  package struct Entry: Sendable, Equatable {
    /// Index of the element in the tensor, one number per dimension.
    package let place: [Int]
    package let engine: Double
    package let reference: Double
    /// The derivative of the loss by central differences.
    package let numeric: Double
  }

  package struct Tensor: Sendable {
    package let name: String
    package let shape: [Int]
    package let entries: [Entry]
    /// Maximum difference between the engine and the reference, over all elements.
    package let engineError: Double
    /// Maximum difference between the reference and finite differences, over the entries.
    package let referenceError: Double
    let engineTolerance: Double

    package var passes: Bool { engineError <= engineTolerance && referenceError <= GradientCheck.referenceTolerance }
  }

  /// Tolerance for the engine's Float rounding errors in a model that does not magnify them.
  package static let usualEngineTolerance = 1e-4
  package static let referenceTolerance = 1e-6

  package let engineLoss: Double
  package let referenceLoss: Double
  /// Tolerance for the engine's Float rounding errors in this model.
  package let engineTolerance: Double
  package private(set) var tensors: [Tensor] = []

  /// Tolerated error of a computation in Float, in multiples of the effect of rounding every parameter once.
  private static let roundingCount = 256.0

  /// Whether all compared gradients are within their tolerances.
  package var passes: Bool { tensors.allSatisfy(\.passes) }

  /// - Parameters:
  ///   - entryCount: Maximum number of elements of each tensor that are compared with finite differences.
  ///   - seed: Random seed for the choice of elements.
  ///   - goesOn: Called before each tensor with the completed fraction; the check ends if it returns false.
  package init(
    _ engine: EngineGradients, entryCount: Int = 4, seed: UInt64 = 1, goesOn: (Double) -> Bool = { _ in true }
  ) {
    self.init(
      engine.gradients, loss: engine.loss, engine.model, on: engine.chunk, from: engine.states,
      entryCount: entryCount, seed: seed, goesOn: goesOn)
  }

  init(
    _ engine: [NamedTensor], loss: Double, _ model: any ReferenceLanguageModelProtocol, on chunk: ReferenceModel.Chunk,
    from states: [[CellState]], entryCount: Int, seed: UInt64, goesOn: (Double) -> Bool = { _ in true }
  ) {
    let reference = model.gradients(of: chunk, from: states).parameters.parameters
    precondition(engine.map(\.name) == reference.map(\.name), "the gradients are of another model")
    engineLoss = loss
    referenceLoss = model.loss(of: chunk, from: states).loss
    // A tensor with negligible gradients is not held to more digits than the loss has.
    let least = max(1e-3 * reference.map(\.values.largestMagnitude).largestMagnitude, .leastNormalMagnitude)
    let scales = reference.map { max($0.values.largestMagnitude, least) }
    var random = RandomGenerator(seed: seed)
    // No computation in Float can be more accurate than this, whichever tensor of the model shows it.
    let magnifiedRounding = (0..<4).flatMap { _ in
      let shaken = model.shaken(with: &random).gradients(of: chunk, from: states).parameters.parameters
      return zip(zip(shaken, reference), scales).map { tensors, scale in
        tensors.0.largestDifference(from: tensors.1) / scale
      }
    }.largestMagnitude
    engineTolerance = max(Self.usualEngineTolerance, Self.roundingCount * magnifiedRounding)
    for (position, ((engine, reference), scale)) in zip(zip(engine, reference), scales).enumerated() {
      guard goesOn(Double(position) / Double(scales.count)) else { return }
      let entries = reference.values.chooseIndices(entryCount, with: &random).map { index in
        let slope = Slope(of: model, position: position, index: index, on: chunk, from: states)
        return Entry(
          place: reference.place(of: index), engine: engine.values[index], reference: reference.values[index],
          numeric: slope.nearest(to: reference.values[index], within: Self.referenceTolerance * scale))
      }
      tensors.append(
        Tensor(
          name: reference.name, shape: reference.shape, entries: entries,
          engineError: engine.largestDifference(from: reference) / scale,
          referenceError: entries.map { $0.reference - $0.numeric }.largestMagnitude / scale,
          engineTolerance: engineTolerance))
    }
  }
}

/// The dependence of the loss on one parameter.
private struct Slope {
  let model: any ReferenceLanguageModelProtocol
  let parameters: [NamedTensor]
  let position: Int
  let index: Int
  let chunk: ReferenceModel.Chunk
  let states: [[CellState]]

  init(
    of model: any ReferenceLanguageModelProtocol, position: Int, index: Int, on chunk: ReferenceModel.Chunk,
    from states: [[CellState]]
  ) {
    self.model = model
    parameters = model.parameters
    self.position = position
    self.index = index
    self.chunk = chunk
    self.states = states
  }

  /// Returns the finite difference nearest to `value`, with smaller and smaller steps until one agrees: a large step
  /// may cross a kink, such as that of a ReLU, beyond which the slope is different. A wrong gradient disagrees at every
  /// step.
  func nearest(to value: Double, within tolerance: Double) -> Double {
    var best = Double.nan
    for step in [1e-4, 1e-5, 1e-6] {
      let found = slope(step: step, loss(movedBy:))
      if best.isNaN || abs(found - value) < abs(best - value) { best = found }
      if abs(best - value) <= tolerance { break }
    }
    return best
  }

  private func loss(movedBy offset: Double) -> Double {
    var moved = parameters
    moved[position].values[index] += offset
    var nearby = model
    nearby.parameters = moved
    return nearby.loss(of: chunk, from: states).loss
  }
}

extension ReferenceLanguageModelProtocol {
  /// Returns the model with each parameter perturbed by as much as Float may round it. If its gradients differ, no
  /// computation in Float can determine them: layer normalization of a few units with nearly equal products magnifies
  /// rounding errors a thousandfold.
  fileprivate func shaken(with random: inout RandomGenerator) -> Self {
    var shaken = self
    shaken.parameters = parameters.map { tensor in
      var tensor = tensor
      for index in tensor.values.indices {
        let rounding = Double(Float.ulpOfOne / 2) * tensor.values[index]
        tensor.values[index] += random.next() % 2 == 0 ? rounding : -rounding
      }
      return tensor
    }
    return shaken
  }
}

extension NamedTensor {
  fileprivate func place(of index: Int) -> [Int] {
    guard shape.count == 2, shape[1] > 0 else { return [index] }
    return [index / shape[1], index % shape[1]]
  }

  fileprivate func largestDifference(from other: NamedTensor) -> Double {
    zip(values, other.values).map { $0 - $1 }.largestMagnitude
  }
}

extension [Double] {
  /// Returns random indices of nonzero elements, or of any elements if all are zero. Most are zero if few characters of
  /// the vocabulary occur.
  fileprivate func chooseIndices(_ count: Int, with random: inout RandomGenerator) -> [Int] {
    var candidates = indices.filter { self[$0] != 0 }
    if candidates.isEmpty { candidates = [Int](indices) }
    let chosen = (0..<Swift.min(count, candidates.count)).map { _ in
      candidates.remove(at: Int(random.next() % UInt64(candidates.count)))
    }
    return chosen.sorted()
  }

  /// The largest magnitude, or NaN if any element is NaN.
  fileprivate var largestMagnitude: Double {
    reduce(0) { $0.isNaN || $1.isNaN ? .nan : Swift.max($0, abs($1)) }
  }
}
