/// The function of the plain network.
public protocol Activation: Sendable {
  static func value<V: FloatVector>(_ a: V) -> V
  /// ∂L/∂a, where `gradient` is ∂L/∂h and h the value at a.
  static func back<V: FloatVector>(_ gradient: V, at h: V) -> V
}

/// tanh′ = 1 − tanh²
public enum Tanh: Activation {
  @inlinable @inline(__always)
  public static func value<V: FloatVector>(_ a: V) -> V { hyperbolicTangent(a) }
  @inlinable @inline(__always)
  public static func back<V: FloatVector>(_ gradient: V, at h: V) -> V { gradient * (V(repeating: 1) - h * h) }
}

/// max(a, 0); its slope at 0 is 0.
public enum ReLU: Activation {
  @inlinable @inline(__always)
  public static func value<V: FloatVector>(_ a: V) -> V { a.maximum(V(repeating: 0)) }
  @inlinable @inline(__always)
  public static func back<V: FloatVector>(_ gradient: V, at h: V) -> V { gradient.keeping(wherePositive: h) }
}
