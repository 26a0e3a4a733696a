/// f = 1: what is written stays and is added to, as in the LSTM of 1997 (Hochreiter and Schmidhuber).
public enum NoForgetGate: LSTMForm {
  public static let hasForgetGate = false
  public static func forget(_ i: Vector, gate: Vector) -> Vector { i.map { _ in 1 } }
  public static func inputSlope(_ g: Vector, previousCell: Vector) -> Vector { g }
}
