/// Runs independent fused multiply-adds in registers, without memory access, to measure the peak floating-point
/// throughput: `chains` of `repetitions`, which are 2 · `chains` · `V.lanes` · `repetitions` floating-point operations.
///
/// The accumulators of all chains should fit the registers of the CPU and hide the latency of a multiply-add.
@inlinable @inline(__always)
public func multiplyAddsInRegisters<V: FloatVector, let chains: Int>(
  _: V.Type, _: Constant<chains>.Type, repetitions: Int
) -> Float {
  // Each accumulator is used once per iteration: the compiler would place two uses next to each other, the second would
  // wait for the first, and the measured roof would be a tenth too low.
  var sums = InlineArray<chains, V>(repeating: V(repeating: 0.1))
  let factor = V(repeating: 0.9999)
  let addend = V(repeating: 1e-5)
  var n = 0
  while n < repetitions {
    var j = 0
    while j < chains {
      sums[unchecked: j] = sums[unchecked: j].adding(factor, times: addend)
      j &+= 1
    }
    n &+= 1
  }
  var total = SixteenSums<V>()
  var j = 0
  while j < chains {
    total.add(sums[unchecked: j], at: 0)
    j &+= 1
  }
  return total.total()
}
