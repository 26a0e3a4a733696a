/// Adds factor·(h − previous) + nextFactor·(h − next) to a gradient: half the gradient, with respect to h, of squared
/// changes of a state from step to step. `count` is a multiple of sixteen.
@inlinable @inline(__always)
public func addTemporalPenalty<V: FloatVector>(
  _: V.Type, count: Int, _ h: FloatPointer, previous: FloatPointer, factor: Float, next: FloatPointer,
  nextFactor: Float, _ gradient: MutableFloatPointer
) {
  let (factor, nextFactor) = (V(repeating: factor), V(repeating: nextFactor))
  var i = 0
  while i < count {
    let state = V(at: h + i)
    V(at: gradient + i).adding(factor, times: state - V(at: previous + i))
      .adding(nextFactor, times: state - V(at: next + i)).store(gradient + i)
    i &+= V.lanes
  }
}
