/// Computes softmax and cross-entropy of the logits row by row, and overwrites the logits with their gradient.
///
/// loss = log Σ eᵃ − a[target], ∂loss/∂a = softmax(a) − onehot(target)
///
/// With label smoothing (Szegedy et al. 2016), the gradient is softmax(a) − q, where q is 1 − smoothing at the target
/// plus the smoothing mass spread uniformly over all characters. The losses are always computed without smoothing.
///
/// - Parameters:
///   - logits: `rows` rows in blocks; see ``Blocks``.
///   - targets: Target character IDs, one per row; a negative target is ignored: its loss and gradient are zero.
///   - scale: Factor of the gradients: 1 / (number of characters averaged over).
///   - smoothing: Label-smoothing mass, from 0 to below 1.
///   - losses: Cross-entropy in nats, one per row.
///   - wantsGradient: Whether to compute the gradient; if false, the logits stay unchanged.
@inlinable @inline(__always)
public func softmaxCrossEntropy<V: FloatVector>(
  _: V.Type, rows: Int, logits: BlockedRows, vocabularySize: Int, targets: UnsafePointer<Int32>, scale: Float,
  smoothing: Float, losses: MutableFloatPointer, wantsGradient: Bool
) {
  var row = 0
  while row < rows {
    let target = Int(truncatingIfNeeded: targets[row])
    if target < 0 {
      losses[row] = 0
      if wantsGradient {
        logits.forEachVector(V.self, row: row) { pointer, _ in V(repeating: 0).store(pointer) }
      }
      row &+= 1
      continue
    }
    let block = target / logits.width
    let columnOfTarget = target &- block &* logits.width
    let logitOfTarget = logits.start(of: block) + row &* logits.rowStride(of: block) + columnOfTarget
    let largest = logits.largest(V.self, row: row, count: vocabularySize)
    let sum = logits.sumOfExponentials(V.self, row: row, count: vocabularySize, largest: largest, factor: 1)
    losses[row] = naturalLogarithm(sum) - (logitOfTarget.pointee - largest)
    if wantsGradient {
      let factor = V(repeating: scale / sum)
      let share = V(repeating: scale * smoothing / Float(vocabularySize))
      logits.forEachVector(V.self, row: row) { pointer, first in
        let e = exponential(V(at: FloatPointer(pointer)) - V(repeating: largest))
        (e * factor - share).keeping(below: vocabularySize, from: first, else: 0).store(pointer)
      }
      logitOfTarget.pointee -= scale * (1 - smoothing)
    }
    row &+= 1
  }
}

/// Computes softmax(logits / temperature) in place, for one row.
@inlinable @inline(__always)
public func softmax<V: FloatVector>(_: V.Type, logits: BlockedRows, row: Int, count: Int, inverseTemperature: Float) {
  let largest = logits.largest(V.self, row: row, count: count)
  let sum = logits.sumOfExponentials(
    V.self, row: row, count: count, largest: largest, factor: inverseTemperature)
  let norm = V(repeating: 1 / sum)
  logits.forEachVector(V.self, row: row) { pointer, first in
    let e = exponential((V(at: FloatPointer(pointer)) - V(repeating: largest)) * V(repeating: inverseTemperature))
    (e * norm).keeping(below: count, from: first, else: 0).store(pointer)
  }
}

extension BlockedRows {
  /// Calls `body` for each vector of a row with the index of its first column.
  @inlinable @inline(__always)
  func forEachVector<V: FloatVector>(_: V.Type, row: Int, _ body: (MutableFloatPointer, Int) -> Void) {
    var block = 0
    while block < blockCount {
      let pointer = start(of: block) + row &* rowStride(of: block)
      let width = width(of: block)
      var i = 0
      while i < width {
        body(pointer + i, block &* self.width &+ i)
        i &+= V.lanes
      }
      block &+= 1
    }
  }

  @inlinable @inline(__always)
  func largest<V: FloatVector>(_: V.Type, row: Int, count: Int) -> Float {
    var largest = V(repeating: -.infinity)
    forEachVector(V.self, row: row) { pointer, first in
      largest = largest.maximum(V(at: FloatPointer(pointer)).keeping(below: count, from: first, else: -.infinity))
    }
    return largest.largestElement()
  }

  /// Returns Σ exp(factor · (a − largest)): sixteen partial sums and a fixed tree, whatever the vector width of the
  /// CPU.
  @inlinable @inline(__always)
  func sumOfExponentials<V: FloatVector>(_: V.Type, row: Int, count: Int, largest: Float, factor: Float) -> Float {
    var sums = SixteenSums<V>()
    forEachVector(V.self, row: row) { pointer, first in
      let e = exponential((V(at: FloatPointer(pointer)) - V(repeating: largest)) * V(repeating: factor))
      sums.add(e.keeping(below: count, from: first, else: 0), at: first)
    }
    return sums.total()
  }
}
