// Exponential, logistic function and hyperbolic tangent as vector polynomials: the same bits on every CPU that has a
// fused multiply-add. Relative error bounds, checked against Double by the tests:
//
//   exponential   1.2e-7   within ±87, saturated beyond
//   sigmoid       3e-7     within ±43; beyond, 1 or less than 3e-19
//   tanh          2.5e-7   everywhere
//   square root   2.5e-7   of zero and normal numbers; of a subnormal number, a result of up to 1.1e-19

/// Splits eˣ = scale · (1 + fraction) into scale = 2ⁿ and fraction = eʳ − 1, where x = n ln 2 + r.
///
/// - Parameter x: From −87.3 to 88; beyond this range, 2ⁿ is not a normal number.
@inlinable @inline(__always)
func splitExponential<V: FloatVector>(_ x: V) -> (fraction: V, scale: V) {
  // Adding 1.5 · 2²³ leaves the nearest integer in the low bits.
  let magic = V(repeating: 0x1.8p23)
  let shifted = magic.adding(x, times: V(repeating: 0x1.715476p0))  // 1 / ln 2
  let n = shifted - magic
  // ln 2 in two parts; the first has few enough digits that its product with n is exact.
  let r = x.adding(n, times: V(repeating: -0x1.63p-1)).adding(n, times: V(repeating: 0x1.bd0106p-13))
  // Minimax fit of (eʳ − 1 − r) / r² on |r| ≤ ln 2 / 2.
  var p = V(repeating: 0x1.6a241ap-10)
  p = V(repeating: 0x1.1239f2p-7).adding(p, times: r)
  p = V(repeating: 0x1.5558f2p-5).adding(p, times: r)
  p = V(repeating: 0x1.555492p-3).adding(p, times: r)
  p = V(repeating: 0x1.fffffcp-2).adding(p, times: r)
  return (r.adding(p, times: r * r), shifted.powerOfTwoFromMagic())
}

/// Returns eˣ; saturates below −87.3 and above 88.
@inlinable @inline(__always)
public func exponential<V: FloatVector>(_ x: V) -> V {
  let (fraction, scale) = splitExponential(x.clamped(-87.3, 88))
  return scale.adding(scale, times: fraction)
}

/// Returns σ(a) and σ(b), where σ(x) = 1 / (1 + e⁻ˣ), with one division for both, by far the slowest operation.
@inlinable @inline(__always)
public func sigmoids<V: FloatVector>(_ a: V, _ b: V) -> (V, V) {
  let denominatorOfA = onePlusExponential(V(repeating: 0) - a)
  let denominatorOfB = onePlusExponential(V(repeating: 0) - b)
  let inverse = V(repeating: 1) / (denominatorOfA * denominatorOfB)
  return (denominatorOfB * inverse, denominatorOfA * inverse)
}

/// Returns σ(x) = 1 / (1 + e⁻ˣ).
@inlinable @inline(__always)
public func sigmoid<V: FloatVector>(_ x: V) -> V {
  V(repeating: 1) / onePlusExponential(V(repeating: 0) - x)
}

/// Returns 1 + eˣ, with x clamped so that the product of two results does not overflow.
@inlinable @inline(__always)
func onePlusExponential<V: FloatVector>(_ x: V) -> V {
  let (fraction, scale) = splitExponential(x.clamped(-43, 43))
  return V(repeating: 1) + scale.adding(scale, times: fraction)
}

/// Returns tanh(x) = (e²ˣ − 1) / (e²ˣ + 1), computed from e²ˣ − 1 itself to avoid cancellation near zero.
@inlinable @inline(__always)
public func hyperbolicTangent<V: FloatVector>(_ x: V) -> V {
  // The nearest float to tanh(9.1) is 1.
  let (fraction, scale) = splitExponential((x + x).clamped(-18.2, 18.2))
  let exponentialMinusOne = (scale - V(repeating: 1)).adding(scale, times: fraction)
  return exponentialMinusOne / (exponentialMinusOne + V(repeating: 2))
}

/// Returns √x for x ≥ 0, including 0, by Newton's method: the standard library's would be called for each element.
@inlinable @inline(__always)
public func squareRoot<V: FloatVector>(_ x: V) -> V {
  let half = x * V(repeating: -0.5)
  let threeHalves = V(repeating: 1.5)
  var y = x.roughReciprocalSquareRoot()
  y = y * threeHalves.adding(half * y, times: y)
  y = y * threeHalves.adding(half * y, times: y)
  y = y * threeHalves.adding(half * y, times: y)
  return x * y
}
