// swift-format-ignore-file: IdentifiersMustBeASCII
// Names are those of the equations.

/// The differences between the forms of the LSTM.
public protocol LSTMForm: Sendable {
  /// Whether f is a gate with parameters.
  static var hasForgetGate: Bool { get }
  /// Returns f. `gate` is the forget gate; forms without one ignore it.
  static func forget(_ i: Vector, gate: Vector) -> Vector
  /// Returns ∂c/∂i of c = f ∘ c′ + i ∘ g.
  static func inputSlope(_ g: Vector, previousCell: Vector) -> Vector
  /// Whether the gates have peephole connections: i and f see c′, and o sees c.
  static var hasPeepholes: Bool { get }
  /// Whether the products of the gates are normalized, and c before its tanh.
  static var isNormalized: Bool { get }
}

extension LSTMForm {
  public static var hasPeepholes: Bool { false }
  public static var isNormalized: Bool { false }
}

/// The usual forget gate f = σ(xW_f + h′U_f + b_f): near 0 it erases, near 1 it keeps.
public enum ForgetGate: LSTMForm {
  public static let hasForgetGate = true
  public static func forget(_ i: Vector, gate: Vector) -> Vector { gate }
  public static func inputSlope(_ g: Vector, previousCell: Vector) -> Vector { g }
}

/// A form with peephole connections (Gers and Schmidhuber 2000).
public enum WithPeepholes<Form: LSTMForm>: LSTMForm {
  public static var hasForgetGate: Bool { Form.hasForgetGate }
  public static var hasPeepholes: Bool { true }
  public static func forget(_ i: Vector, gate: Vector) -> Vector { Form.forget(i, gate: gate) }
  public static func inputSlope(_ g: Vector, previousCell: Vector) -> Vector {
    Form.inputSlope(g, previousCell: previousCell)
  }
}

/// A form with layer normalization.
public enum Normalized<Form: LSTMForm>: LSTMForm {
  public static var hasForgetGate: Bool { Form.hasForgetGate }
  public static var hasPeepholes: Bool { Form.hasPeepholes }
  public static var isNormalized: Bool { true }
  public static func forget(_ i: Vector, gate: Vector) -> Vector { Form.forget(i, gate: gate) }
  public static func inputSlope(_ g: Vector, previousCell: Vector) -> Vector {
    Form.inputSlope(g, previousCell: previousCell)
  }
}
