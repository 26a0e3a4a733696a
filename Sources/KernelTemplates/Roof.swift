/// Runs independent fused multiply-adds in registers, without memory access, to measure the peak floating-point
/// throughput: 12 chains of `repetitions`, which are 24 · `V.lanes` · `repetitions` floating-point operations.
@inlinable @inline(__always)
public func multiplyAddsInRegisters<V: FloatVector>(_: V.Type, repetitions: Int) -> Float {
  // Twelve accumulators fit the registers of every CPU and hide the latency of a multiply-add. Each is used once per
  // iteration: the compiler would place two uses next to each other, the second would wait for the first, and the
  // measured roof would be a tenth too low.
  var sums = InlineArray<12, V>(repeating: V(repeating: 0.1))
  let factor = V(repeating: 0.9999)
  let addend = V(repeating: 1e-5)
  var n = 0
  while n < repetitions {
    var j = 0
    while j < 12 {
      sums[unchecked: j] = addend.adding(sums[unchecked: j], times: factor)
      j &+= 1
    }
    n &+= 1
  }
  var total = SixteenSums<V>()
  var j = 0
  while j < 12 {
    total.add(sums[unchecked: j], at: 0)
    j &+= 1
  }
  return total.total()
}
