/// A form of the LSTM: the definition of f in c = f∘c′ + i∘g, and whether gates have peephole connections. Each form is
/// a type, so its kernels are specialized at compile time and branch on nothing at run time.
public protocol LSTMForm: Sendable {
  /// Whether f is a gate with a pre-activation. The gate order is then i, f, g, o; otherwise i, g, o.
  static var hasForgetGate: Bool { get }
  /// Whether the gates have peephole connections to the cell state; see ``Peephole``.
  static var hasPeepholes: Bool { get }
  /// Returns f. `gate` is the forget gate; forms without one ignore it.
  static func forget<V: FloatVector>(_ i: V, gate: V) -> V
  /// Returns ∂c/∂i.
  static func inputSlope<V: FloatVector>(_ g: V, previousCell: V) -> V
}

extension LSTMForm {
  @inlinable @inline(__always)
  public static var hasPeepholes: Bool { false }
  /// The index of the candidate g in the gate order.
  @inlinable @inline(__always)
  static var candidate: Int { hasForgetGate ? 2 : 1 }
  /// The index of the output gate o in the gate order.
  @inlinable @inline(__always)
  static var output: Int { hasForgetGate ? 3 : 2 }
}

/// The usual forget gate f = σ(a) (Gers et al. 2000).
public enum ForgetGate: LSTMForm {
  @inlinable @inline(__always)
  public static var hasForgetGate: Bool { true }
  @inlinable @inline(__always)
  public static func forget<V: FloatVector>(_ i: V, gate: V) -> V { gate }
  @inlinable @inline(__always)
  public static func inputSlope<V: FloatVector>(_ g: V, previousCell: V) -> V { g }
}
