package import KernelTemplates

/// The random masks of one update. Each is a function of the seed, the update and the place of what is dropped, never of
/// the order of calls, so that a run that goes on, on whatever threads and CPU, draws the same.
package struct UpdateMasks: Sendable {
  let regularization: Regularization
  private let key: UInt64

  private enum Purpose: UInt64 {
    case output
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
    guard regularization.dropout > 0 else { return nil }
    return StateMask(
      mask: RandomMask(
        key: splitMix(splitMix(key, Purpose.output.rawValue), UInt64(layer)), probability: regularization.dropout),
      changesWithStep: regularization.dropoutMask == .step)
  }
}

/// The masks of an array of states: (step, batch, unit).
package struct StateMask: Sendable {
  let mask: RandomMask
  let changesWithStep: Bool

  /// The mask of the units of one row.
  package func row(_ row: Int, step: Int) -> RandomMask {
    mask.row(UInt64(changesWithStep ? step : 0) << 32 | UInt64(row))
  }
}
