// swift-format-ignore-file: IdentifiersMustBeASCII
// Names are those of the equations.

/// The coupled forget gate f = 1 − i: the cell state forgets as much as it takes in (Greff et al. 2017).
public enum CoupledForgetGate: LSTMForm {
  public static let hasForgetGate = false
  public static func forget(_ i: Vector, gate: Vector) -> Vector { 1 - i }
  public static func inputSlope(_ g: Vector, previousCell: Vector) -> Vector { g - previousCell }
}
