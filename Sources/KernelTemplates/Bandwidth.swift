/// Returns Σ x of `count` floats, a multiple of ``bandwidthUnit``, at the speed of memory: a roof for memory-bound
/// work.
@inlinable @inline(__always)
public func sum<V: FloatVector>(_: V.Type, _ x: FloatPointer, count: Int) -> Float {
  // Two loads per cycle and an addition latency of four cycles need eight independent accumulators.
  var sums = InlineArray<8, V>(repeating: V(repeating: 0))
  var i = 0
  while i < count {
    var j = 0
    while j < 8 {
      sums[unchecked: j] = sums[unchecked: j] + V(at: x + (i &+ j &* V.lanes))
      j &+= 1
    }
    i &+= 8 &* V.lanes
  }
  var total = SixteenSums<V>()
  var j = 0
  while j < 8 {
    total.add(sums[unchecked: j], at: j &* V.lanes)
    j &+= 1
  }
  return total.total()
}

/// Number of floats per iteration of ``sum(_:_:count:)`` with the widest vectors.
@inlinable @inline(__always)
public var bandwidthUnit: Int { 128 }
