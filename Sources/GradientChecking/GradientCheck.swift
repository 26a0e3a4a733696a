internal import RecurrentEngine
internal import ReferenceModel

/// Gradients of the engine beside those of the same model in scalar Double, and those beside slopes of its loss.
///
/// All errors of a tensor are relative to its largest gradient, so that numbers near zero say as little as they mean.
package struct GradientCheck: Sendable {
  /// One parameter.
  package struct Entry: Sendable, Equatable {
    /// Its place in the tensor.
    package let place: [Int]
    package let engine: Double
    package let reference: Double
    /// The slope of the loss by central differences.
    package let numeric: Double
  }

  package struct Tensor: Sendable {
    package let name: String
    package let shape: [Int]
    package let entries: [Entry]
    /// The greatest difference between the engine and the reference, over all elements.
    package let engineError: Double
    /// The greatest difference between the reference and slopes, over the entries.
    package let referenceError: Double
    let engineTolerance: Double

    package var passes: Bool { engineError <= engineTolerance && referenceError <= GradientCheck.referenceTolerance }
  }

  /// The engine computes in Float: what its rounding explains in a model that does not magnify it.
  package static let usualEngineTolerance = 1e-4
  package static let referenceTolerance = 1e-6

  package let engineLoss: Double
  package let referenceLoss: Double
  /// What the engine's rounding explains in this model.
  package let engineTolerance: Double
  package private(set) var tensors: [Tensor] = []

  /// How many roundings of each parameter a computation in Float may be worth.
  private static let roundingCount = 256.0

  /// Whether gradients are right wherever they were looked at.
  package var passes: Bool { tensors.allSatisfy(\.passes) }

  /// - Parameters:
  ///   - entryCount: How many elements of each tensor are set beside slopes of the loss, if there are as many.
  ///   - seed: What chooses them.
  ///   - goesOn: Told before each tensor which share of all is done; checking ends where it is false.
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
    // A tensor that hardly matters is not held to more digits than the loss has.
    let least = max(1e-3 * reference.map(\.values.largestMagnitude).largestMagnitude, .leastNormalMagnitude)
    let scales = reference.map { max($0.values.largestMagnitude, least) }
    var random = RandomGenerator(seed: seed)
    // No computation in Float can tell more of a model than this, whichever of its tensors shows it.
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

/// How the loss changes with one parameter.
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

  /// Tries shorter and shorter steps until one agrees: a long one may reach over a kink, as that of a rectifier, to where
  /// the slope is another. What is wrong disagrees at every step.
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
  /// The model with each parameter as far off as Float may round it. Where its gradients differ, no computation in Float
  /// can tell them: layer normalization of a few units whose sums are nearly equal magnifies rounding a thousandfold.
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
  /// Some at random of those that are not zero, as most are where few characters of the vocabulary occur; of all where
  /// none is.
  fileprivate func chooseIndices(_ count: Int, with random: inout RandomGenerator) -> [Int] {
    var candidates = indices.filter { self[$0] != 0 }
    if candidates.isEmpty { candidates = [Int](indices) }
    let chosen = (0..<Swift.min(count, candidates.count)).map { _ in
      candidates.remove(at: Int(random.next() % UInt64(candidates.count)))
    }
    return chosen.sorted()
  }

  /// Not-a-number if any of them is none.
  fileprivate var largestMagnitude: Double {
    reduce(0) { $0.isNaN || $1.isNaN ? .nan : Swift.max($0, abs($1)) }
  }
}
