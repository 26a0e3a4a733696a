package import KernelTemplates
internal import RandomNumbers

/// The random masks of one update. Each is a function of the seed, the update and the place of what is dropped, never of
/// the order of calls, so that a run that goes on, on whatever threads and CPU, draws the same.
package struct UpdateMasks: Sendable {
  let regularization: Regularization
  private let key: UInt64

  private enum Purpose: UInt64 {
    case output
    case input
    case recurrent
    case state
  }

  /// - Parameter step: Chunks before this one, those of undone steps included.
  package init(_ regularization: Regularization, seed: UInt64, step: Int) {
    self.regularization = regularization
    key = splitMix(splitMix(seed, Self.stream), UInt64(truncatingIfNeeded: step))
  }

  /// Sets the numbers here apart from those that initialize the model.
  private static let stream: UInt64 = 0x6D61_736B

  /// The masks of what a layer puts out, a row for each step and row of the batch; nil without dropout.
  package func output(ofLayer layer: Int) -> StateMask? {
    mask(.output, layer: layer, regularization.dropout).map {
      StateMask(mask: $0, changesWithStep: regularization.dropoutMask == .step)
    }
  }

  /// The mask of the characters that layer 0 reads; nil if it reads all.
  package var input: InputMask? { mask(.input, layer: 0, regularization.inputDropout).map(InputMask.init) }

  /// The mask of the recurrent weights of a layer; nil if none is dropped.
  package func recurrentWeights(ofLayer layer: Int) -> WeightMask? {
    mask(.recurrent, layer: layer, regularization.recurrentDropout).map(WeightMask.init)
  }

  /// The mask of the states that are carried on from chunk to chunk; nil if all are.
  package var carriedState: CarriedStateMask? {
    mask(.state, layer: 0, regularization.stateReset).map(CarriedStateMask.init)
  }

  private func mask(_ purpose: Purpose, layer: Int, _ probability: Double) -> RandomMask? {
    guard probability > 0 else { return nil }
    return RandomMask(key: splitMix(splitMix(key, purpose.rawValue), UInt64(layer)), probability: probability)
  }
}

/// The masks of an array of states: (step, batch, unit).
package struct StateMask: Sendable {
  package let mask: RandomMask
  fileprivate let changesWithStep: Bool

  /// Where the units of a row of the batch stand in the mask.
  package func row(_ row: Int, step: Int) -> UInt64 { UInt64(changesWithStep ? step : 0) << 32 | UInt64(row) }
}

/// The mask of characters: (step, batch).
package struct InputMask: Sendable {
  fileprivate let mask: RandomMask

  /// What the character's row of weights is multiplied with.
  package func factor(ofRow row: Int, step: Int) -> Float { mask.factor(at: UInt64(step) << 32 | UInt64(row)) }
}

/// The mask of carried states: (batch).
package struct CarriedStateMask: Sendable {
  fileprivate let mask: RandomMask

  /// Whether the row starts from a zero state.
  package func resets(row: Int) -> Bool { mask.factor(at: UInt64(row)) == 0 }
}

/// The mask of recurrent weights, by their places in the file: PyTorch's gate, the unit of the gate, and the unit of h′.
package struct WeightMask: Sendable {
  package let mask: RandomMask

  /// Where the weights that lead from one unit of h′ to all units of a gate stand in the mask.
  package func row(pyTorchGate gate: Int, from unit: Int) -> UInt64 { UInt64(gate) << 32 | UInt64(unit) }
}
