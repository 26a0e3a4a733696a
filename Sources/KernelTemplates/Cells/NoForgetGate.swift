/// No forget gate, f = 1: the cell state only accumulates, as in the original LSTM (Hochreiter and Schmidhuber 1997).
public enum NoForgetGate: LSTMForm {
  @inlinable @inline(__always)
  public static var hasForgetGate: Bool { false }
  @inlinable @inline(__always)
  public static func forget<V: FloatVector>(_ i: V, gate: V) -> V { V(repeating: 1) }
  @inlinable @inline(__always)
  public static func inputSlope<V: FloatVector>(_ g: V, previousCell: V) -> V { g }
}
