// swift-format-ignore-file: IdentifiersMustBeASCII
// Names are those of the equations.

/// f = 1 − i: what is written takes the place of what was there (Greff et al. 2017).
public enum CoupledForgetGate: LSTMForm {
  public static let hasForgetGate = false
  public static func forget(_ i: Vector, gate: Vector) -> Vector { 1 - i }
  public static func inputSlope(_ g: Vector, previousCell: Vector) -> Vector { g - previousCell }
}
