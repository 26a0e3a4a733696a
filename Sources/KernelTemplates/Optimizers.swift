// One optimizer step for `count` parameters, a multiple of sixteen. The formulas are those of PyTorch's optimizers.
// `gradientScale` is the factor from clipping by the global norm.

/// One step of Adam (Kingma and Ba 2015): m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g², w = w − rate·m / (√v / √(1−β₂ᵗ) + ε),
/// where `rate` includes the factor 1/(1−β₁ᵗ).
public struct AdamStep: Sendable {
  public var rate: Float
  public var beta1: Float
  public var beta2: Float
  /// 1−β, rounded once: computed from a β rounded to Float, it would have a relative error of 1e-5.
  public var oneMinusBeta1: Float
  public var oneMinusBeta2: Float
  public var epsilon: Float
  /// 1 / √(1−β₂ᵗ)
  public var secondMomentCorrection: Float

  public init(rate: Float, beta1: Double, beta2: Double, epsilon: Float, secondMomentCorrection: Float) {
    self.rate = rate
    self.beta1 = Float(beta1)
    self.beta2 = Float(beta2)
    oneMinusBeta1 = Float(1 - beta1)
    oneMinusBeta2 = Float(1 - beta2)
    self.epsilon = epsilon
    self.secondMomentCorrection = secondMomentCorrection
  }
}

@inlinable @inline(__always)
public func adam<V: FloatVector>(
  _: V.Type, _ step: AdamStep, count: Int, parameters: MutableFloatPointer, gradients: FloatPointer,
  gradientScale: Float, firstMoment: MutableFloatPointer, secondMoment: MutableFloatPointer
) {
  let scale = V(repeating: gradientScale)
  let beta1 = V(repeating: step.beta1)
  let rest1 = V(repeating: step.oneMinusBeta1)
  let beta2 = V(repeating: step.beta2)
  let rest2 = V(repeating: step.oneMinusBeta2)
  let rate = V(repeating: -step.rate)
  let epsilon = V(repeating: step.epsilon)
  let correction = V(repeating: step.secondMomentCorrection)
  var i = 0
  while i < count {
    let g = V(at: gradients + i) * scale
    let m = (V(at: FloatPointer(firstMoment) + i) * beta1).adding(g, times: rest1)
    let v = (V(at: FloatPointer(secondMoment) + i) * beta2).adding(g * g, times: rest2)
    m.store(firstMoment + i)
    v.store(secondMoment + i)
    let change = m / epsilon.adding(squareRoot(v), times: correction)
    V(at: FloatPointer(parameters) + i).adding(rate, times: change).store(parameters + i)
    i &+= V.lanes
  }
}

/// Applies one step of RMSProp (Tieleman and Hinton 2012): v = αv + (1−α)g², w = w − rate·g / (√v + ε).
@inlinable @inline(__always)
public func rmsProp<V: FloatVector>(
  _: V.Type, rate: Float, decay: Double, epsilon: Float, count: Int, parameters: MutableFloatPointer,
  gradients: FloatPointer, gradientScale: Float, secondMoment: MutableFloatPointer
) {
  let scale = V(repeating: gradientScale)
  let keep = V(repeating: Float(decay))
  let rest = V(repeating: Float(1 - decay))
  var i = 0
  while i < count {
    let g = V(at: gradients + i) * scale
    let v = (V(at: FloatPointer(secondMoment) + i) * keep).adding(g * g, times: rest)
    v.store(secondMoment + i)
    let change = g / (squareRoot(v) + V(repeating: epsilon))
    V(at: FloatPointer(parameters) + i).adding(V(repeating: -rate), times: change).store(parameters + i)
    i &+= V.lanes
  }
}

/// Applies one step of stochastic gradient descent with momentum: u = μu + g, w = w − rate·u.
@inlinable @inline(__always)
public func sgd<V: FloatVector>(
  _: V.Type, rate: Float, momentum: Float, count: Int, parameters: MutableFloatPointer, gradients: FloatPointer,
  gradientScale: Float, velocity: MutableFloatPointer
) {
  var i = 0
  while i < count {
    let g = V(at: gradients + i) * V(repeating: gradientScale)
    let u = g.adding(V(at: FloatPointer(velocity) + i), times: V(repeating: momentum))
    u.store(velocity + i)
    V(at: FloatPointer(parameters) + i).adding(V(repeating: -rate), times: u).store(parameters + i)
    i &+= V.lanes
  }
}
