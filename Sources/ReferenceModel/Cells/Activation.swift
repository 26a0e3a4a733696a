// swift-format-ignore-file: IdentifiersMustBeASCII
// Names are those of the equations.

/// The activation function φ of the plain RNN.
public protocol Activation: Sendable {
  static func φ(_ a: Vector) -> Vector
  /// Returns the derivative of φ at the point where its value is `h`.
  static func dφ(_ h: Vector) -> Vector
}

public enum Tanh: Activation {
  public static func φ(_ a: Vector) -> Vector { tanh(a) }
  public static func dφ(_ h: Vector) -> Vector { dtanh(h) }
}

/// The rectified linear unit, max(a, 0); its derivative at 0 is 0.
public enum ReLU: Activation {
  public static func φ(_ a: Vector) -> Vector { a.map { max($0, 0) } }
  public static func dφ(_ h: Vector) -> Vector { h.map { $0 > 0 ? 1 : 0 } }
}
