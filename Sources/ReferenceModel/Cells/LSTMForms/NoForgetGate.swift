/// No forget gate, f = 1: the cell state only accumulates, as in the original LSTM (Hochreiter and Schmidhuber 1997).
public enum NoForgetGate: LSTMForm {
  public static let hasForgetGate = false
  public static func forget(_ i: Vector, gate: Vector) -> Vector { i.map { _ in 1 } }
  public static func inputSlope(_ g: Vector, previousCell: Vector) -> Vector { g }
}
