internal import CLibrary

/// Functions of the C mathematics library, whose last bits may differ between CPUs: no weight may depend on them.
package enum Mathematics {
  /// eˣ
  package static func exponential(_ x: Double) -> Double { exp(x) }

  /// ln x
  package static func logarithm(_ x: Double) -> Double { log(x) }

  /// log₁₀ x
  package static func decimalLogarithm(_ x: Double) -> Double { log10(x) }

  /// tanh x
  package static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }

  /// xʸ
  package static func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
}
