/// The forms of the LSTM, which differ in what f of c = f∘c′ + i∘g is, and in whether gates see c. A form is a type, so
/// that each has kernels of its own, which decide nothing at run time.
public protocol LSTMForm: Sendable {
  /// Whether f is a gate with a sum of its own. The gates then stand in the order i, f, g, o, and else i, g, o.
  static var hasForgetGate: Bool { get }
  /// Whether the gates see the cell state; see ``Peephole``.
  static var hasPeepholes: Bool { get }
  /// f, where `gate` is the forget gate, of a form that has one.
  static func forget<V: FloatVector>(_ i: V, gate: V) -> V
  /// ∂c/∂i
  static func inputSlope<V: FloatVector>(_ g: V, previousCell: V) -> V
}

extension LSTMForm {
  @inlinable @inline(__always)
  public static var hasPeepholes: Bool { false }
  /// Where g stands among the gates.
  @inlinable @inline(__always)
  static var candidate: Int { hasForgetGate ? 2 : 1 }
  /// Where o stands among the gates.
  @inlinable @inline(__always)
  static var output: Int { hasForgetGate ? 3 : 2 }
}

/// f = σ(a), the usual one (Gers et al. 2000).
public enum ForgetGate: LSTMForm {
  @inlinable @inline(__always)
  public static var hasForgetGate: Bool { true }
  @inlinable @inline(__always)
  public static func forget<V: FloatVector>(_ i: V, gate: V) -> V { gate }
  @inlinable @inline(__always)
  public static func inputSlope<V: FloatVector>(_ g: V, previousCell: V) -> V { g }
}
