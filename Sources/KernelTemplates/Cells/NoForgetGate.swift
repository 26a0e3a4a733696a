/// f = 1: what is written stays and is added to, as in the LSTM of 1997 (Hochreiter and Schmidhuber).
public enum NoForgetGate: LSTMForm {
  @inlinable @inline(__always)
  public static var hasForgetGate: Bool { false }
  @inlinable @inline(__always)
  public static func forget<V: FloatVector>(_ i: V, gate: V) -> V { V(repeating: 1) }
  @inlinable @inline(__always)
  public static func inputSlope<V: FloatVector>(_ g: V, previousCell: V) -> V { g }
}
