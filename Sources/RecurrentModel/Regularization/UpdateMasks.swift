package import KernelTemplates
internal import RandomNumbers

/// The random masks of one optimizer step. Each is a function of the seed, the step and the index of the dropped
/// element, never of the order of calls, so that a resumed run draws the same masks on any number of threads and any
/// CPU.
package struct UpdateMasks: Sendable {
  let regularization: Regularization
  private let key: UInt64
  private let firstRow: Int

  private enum Purpose: UInt64 {
    case output
    case input
    case recurrent
    case state
  }

  /// - Parameters:
  ///   - step: Number of chunks before this one, those of skipped steps included.
  ///   - firstRow: The row of the mini-batch that is the first one of this process.
  package init(_ regularization: Regularization, seed: UInt64, step: Int, firstRow: Int = 0) {
    self.regularization = regularization
    self.firstRow = firstRow
    key = splitMix(splitMix(seed, Self.stream), UInt64(truncatingIfNeeded: step))
  }

  /// Separates these random numbers from those that initialize the model.
  private static let stream: UInt64 = 0x6D61_736B

  /// The mask of a layer's output, a row for each step and row of the mini-batch; nil without dropout.
  package func output(ofLayer layer: Int) -> StateMask? {
    mask(.output, layer: layer, regularization.dropout).map {
      StateMask(mask: $0, changesWithStep: regularization.dropoutMask == .step, firstRow: firstRow)
    }
  }

  /// The mask of the input characters; nil without input dropout.
  package var input: InputMask? {
    mask(.input, layer: 0, regularization.inputDropout).map { InputMask(mask: $0, firstRow: firstRow) }
  }

  /// The mask of the recurrent weights of a layer; nil without recurrent dropout.
  package func recurrentWeights(ofLayer layer: Int) -> WeightMask? {
    mask(.recurrent, layer: layer, regularization.recurrentDropout).map(WeightMask.init)
  }

  /// The mask of the carried states; nil if all of them are carried from chunk to chunk.
  package var carriedState: CarriedStateMask? {
    mask(.state, layer: 0, regularization.stateReset).map { CarriedStateMask(mask: $0, firstRow: firstRow) }
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
  fileprivate let firstRow: Int

  /// Index of a row of this process in the mask.
  package func row(_ row: Int, step: Int) -> UInt64 {
    UInt64(changesWithStep ? step : 0) << 32 | UInt64(firstRow + row)
  }
}

/// The mask of characters: (step, batch).
package struct InputMask: Sendable {
  fileprivate let mask: RandomMask
  fileprivate let firstRow: Int

  /// The factor of the character's weight row or embedding.
  package func factor(ofRow row: Int, step: Int) -> Float {
    mask.factor(at: UInt64(step) << 32 | UInt64(firstRow + row))
  }
}

/// The mask of carried states: (batch).
package struct CarriedStateMask: Sendable {
  fileprivate let mask: RandomMask
  fileprivate let firstRow: Int

  package func resets(row: Int) -> Bool { mask.factor(at: UInt64(firstRow + row)) == 0 }
}

/// The mask of recurrent weights, indexed as in a checkpoint: PyTorch's gate, unit of the gate, unit of h′.
package struct WeightMask: Sendable {
  package let mask: RandomMask

  /// Index in the mask of the weights from one unit of h′ to all units of a gate.
  package func row(pyTorchGate gate: Int, from unit: Int) -> UInt64 { UInt64(gate) << 32 | UInt64(unit) }
}
