/// Sixteen partial sums, one per float of a column, reduced by a fixed tree: the same bits for every vector width.
public struct SixteenSums<V: FloatVector> {
  // At most four vectors; unused ones are optimized away.
  @usableFromInline var parts: InlineArray<4, V>

  @inlinable @inline(__always)
  public init() { parts = InlineArray(repeating: V(repeating: 0)) }

  /// Adds a vector whose first element belongs to sum `position` modulo 16.
  @inlinable @inline(__always)
  public mutating func add(_ vector: V, at position: Int) {
    let part = (position & (columnWidth &- 1)) / V.lanes
    parts[unchecked: part] = parts[unchecked: part] + vector
  }

  @inlinable @inline(__always)
  public func total() -> Float {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: columnWidth) { buffer in
      guard let sums = buffer.baseAddress else { return 0 }
      var part = 0
      while part &* V.lanes < columnWidth {
        parts[unchecked: part].store(sums + part &* V.lanes)
        part &+= 1
      }
      var distance = columnWidth / 2
      while distance > 0 {
        var i = 0
        while i < distance {
          sums[i] += sums[i &+ distance]
          i &+= 1
        }
        distance /= 2
      }
      return sums[0]
    }
  }
}

/// Returns Σ x² of `count` floats, a multiple of sixteen.
@inlinable @inline(__always)
public func sumOfSquares<V: FloatVector>(_: V.Type, _ x: FloatPointer, count: Int) -> Float {
  var sums = SixteenSums<V>()
  var i = 0
  while i < count {
    let v = V(at: x + i)
    sums.add(v * v, at: i)
    i &+= V.lanes
  }
  return sums.total()
}

/// Returns ln x of a positive finite number, with an absolute or relative error of about 1e-7, whichever is larger, by
/// the series of artanh on √½ ≤ m < √2, where x = 2ⁿ m. The C library's may differ between CPUs.
@inlinable @inline(__always)
public func naturalLogarithm(_ x: Float) -> Float {
  let bits = x.bitPattern
  var n = Int32(truncatingIfNeeded: bits >> 23) &- 127
  var m = Double(Float(bitPattern: (bits & 0x007F_FFFF) | 0x3F80_0000))
  if m > 1.4142135 {
    m *= 0.5
    n &+= 1
  }
  let s = (m - 1) / (m + 1)
  let q = s * s
  let series = 2 * s * (1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11))))))
  return Float(Double(n) * 0.6931471805599453 + series)
}
