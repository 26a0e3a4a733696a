/// The activation function φ of the plain RNN.
public protocol Activation: Sendable {
  static func value<V: FloatVector>(_ a: V) -> V
  /// Returns ∂L/∂a, where `gradient` is ∂L/∂h and h = φ(a).
  static func back<V: FloatVector>(_ gradient: V, at h: V) -> V
}

/// The hyperbolic tangent; tanh′ = 1 − tanh².
public enum Tanh: Activation {
  @inlinable @inline(__always)
  public static func value<V: FloatVector>(_ a: V) -> V { hyperbolicTangent(a) }
  @inlinable @inline(__always)
  public static func back<V: FloatVector>(_ gradient: V, at h: V) -> V { gradient * (V(repeating: 1) - h * h) }
}

/// The rectified linear unit max(a, 0); its derivative at 0 is 0.
public enum ReLU: Activation {
  @inlinable @inline(__always)
  public static func value<V: FloatVector>(_ a: V) -> V { a.maximum(V(repeating: 0)) }
  @inlinable @inline(__always)
  public static func back<V: FloatVector>(_ gradient: V, at h: V) -> V { gradient.keeping(wherePositive: h) }
}
