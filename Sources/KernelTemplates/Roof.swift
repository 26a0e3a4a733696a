/// The most that the CPU's registers can do: independent fused multiply-adds that touch no memory.
/// 12 chains of `repetitions`, so 24 · `V.lanes` · `repetitions` floating-point operations.
@inlinable @inline(__always)
public func multiplyAddsInRegisters<V: FloatVector>(_: V.Type, repetitions: Int) -> Float {
  // Twelve accumulators fit the registers of every CPU and hide the latency of a multiply-add. Each is used once a
  // round: of two uses the compiler makes neighbours, the second waits for the first, and the roof is a tenth too low.
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
