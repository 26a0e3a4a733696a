/// The coupled forget gate f = 1 − i: the cell state forgets as much as it takes in (Greff et al. 2017).
public enum CoupledForgetGate: LSTMForm {
  @inlinable @inline(__always)
  public static var hasForgetGate: Bool { false }
  @inlinable @inline(__always)
  public static func forget<V: FloatVector>(_ i: V, gate: V) -> V { V(repeating: 1) - i }
  @inlinable @inline(__always)
  public static func inputSlope<V: FloatVector>(_ g: V, previousCell: V) -> V { g - previousCell }
}
