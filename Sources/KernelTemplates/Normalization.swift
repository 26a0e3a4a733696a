extension BlockedRows {
  @inlinable @inline(__always)
  static var normalizationEpsilon: Float { 1e-5 }

  @inlinable @inline(__always)
  func pointer(block: Int, row: Int) -> MutableFloatPointer { start(of: block) + row &* rowStride(of: block) }

  /// Overwrites a row v of `count` numbers with N(v) and returns 1 / √(σ² + ε). Elements beyond `count` must be zero.
  @inlinable @inline(__always)
  func normalize<V: FloatVector>(_: V.Type, row: Int, count: Int) -> Float {
    var sum = SixteenSums<V>()
    forEachVector(V.self, row: row) { v, first in sum.add(V(at: FloatPointer(v)), at: first) }
    let mean = V(repeating: sum.total() / Float(count))
    var squares = SixteenSums<V>()
    forEachVector(V.self, row: row) { v, first in
      let centered = (V(at: FloatPointer(v)) - mean).keeping(below: count, from: first, else: 0)
      squares.add(centered * centered, at: first)
      centered.store(v)
    }
    let variance = V(repeating: squares.total() / Float(count) + Self.normalizationEpsilon)
    let scale = V(repeating: 1) / squareRoot(variance)
    forEachVector(V.self, row: row) { v, _ in (V(at: FloatPointer(v)) * scale).store(v) }
    return scale.largestElement()
  }

  /// Overwrites N(v) with ∂L/∂v in one row, given δ = ∂L/∂(g∘N(v)) in `gradient` and g, a single row, in `gain`, and
  /// adds δ∘N(v) to `gainGradient`. `scale` is the result of ``normalize(_:row:count:)``.
  ///
  /// With n = N(v) and e = ∂L/∂n = δ∘g, ∂L/∂v = (e − mean(e) − n mean(e∘n)) / √(σ² + ε).
  @inlinable @inline(__always)
  func takeNormalizationBack<V: FloatVector>(
    _: V.Type, row: Int, count: Int, scale: Float, gradient: BlockedRows, gain: BlockedRows, gainGradient: BlockedRows
  ) {
    let (mean, meanOfProducts) = normalizationMeans(
      V.self, row: row, count: count, gradient: gradient, gain: gain, gainGradient: gainGradient)
    let factor = V(repeating: scale)
    var block = 0
    while block < blockCount {
      let normalized = pointer(block: block, row: row)
      let delta = FloatPointer(gradient.pointer(block: block, row: row))
      let g = FloatPointer(gain.pointer(block: block, row: 0))
      let width = width(of: block)
      var i = 0
      while i < width {
        let n = V(at: FloatPointer(normalized) + i)
        let e = V(at: delta + i) * V(at: g + i)
        ((e - mean - n * meanOfProducts) * factor)
          .keeping(below: count, from: block &* self.width &+ i, else: 0).store(normalized + i)
        i &+= V.lanes
      }
      block &+= 1
    }
  }

  /// Returns mean(e) and mean(e∘n) of one row in all lanes, and adds δ∘n to `gainGradient`.
  @inlinable @inline(__always)
  func normalizationMeans<V: FloatVector>(
    _: V.Type, row: Int, count: Int, gradient: BlockedRows, gain: BlockedRows, gainGradient: BlockedRows
  ) -> (V, V) {
    var sum = SixteenSums<V>()
    var sumOfProducts = SixteenSums<V>()
    var block = 0
    while block < blockCount {
      let normalized = FloatPointer(pointer(block: block, row: row))
      let delta = FloatPointer(gradient.pointer(block: block, row: row))
      let g = FloatPointer(gain.pointer(block: block, row: 0))
      let share = gainGradient.pointer(block: block, row: row)
      let width = width(of: block)
      var i = 0
      while i < width {
        let n = V(at: normalized + i)
        let e = V(at: delta + i) * V(at: g + i)
        sum.add(e, at: i)
        sumOfProducts.add(e * n, at: i)
        V(at: FloatPointer(share) + i).adding(V(at: delta + i), times: n).store(share + i)
        i &+= V.lanes
      }
      block &+= 1
    }
    return (V(repeating: sum.total() / Float(count)), V(repeating: sumOfProducts.total() / Float(count)))
  }
}
