/// Σ x of `count` floats, a multiple of ``bandwidthUnit``, as fast as they can be read: the yardstick for work that
/// memory limits.
@inlinable @inline(__always)
public func sum<V: FloatVector>(_: V.Type, _ x: FloatPointer, count: Int) -> Float {
  // Two loads a cycle and four cycles an addition need eight additions that do not wait for each other.
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

/// Floats that ``sum(_:_:count:)`` takes at a time with the widest vectors.
@inlinable @inline(__always)
public var bandwidthUnit: Int { 128 }
