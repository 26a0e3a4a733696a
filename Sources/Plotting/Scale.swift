internal import SystemCalls

/// The mapping from values to positions on an axis.
package enum Scale: Sendable {
  case linear
  /// Shows positive values only.
  case logarithmic

  /// Lower limit of logarithmic scales: logarithms of smaller measured values are meaningless.
  private static let least = 1e-15

  func shows(_ value: Double) -> Bool { value.isFinite && (self == .linear || value >= Self.least) }

  /// Returns the position of a value in a range, from 0 to 1. Both ends of the range must be visible and differ.
  func fraction(of value: Double, in range: ClosedRange<Double>) -> Double {
    switch self {
    case .linear: (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .logarithmic:
      Mathematics.logarithm(value / range.lowerBound) / Mathematics.logarithm(range.upperBound / range.lowerBound)
    }
  }

  /// Returns the range widened at each end by a share of its length.
  func padding(_ range: ClosedRange<Double>, by share: Double) -> ClosedRange<Double> {
    switch self {
    case .linear:
      let margin = (range.upperBound - range.lowerBound) * share
      return range.lowerBound - margin...range.upperBound + margin
    case .logarithmic:
      let factor = Mathematics.power(range.upperBound / range.lowerBound, share)
      return range.lowerBound / factor...range.upperBound * factor
    }
  }
}

/// Returns the exponent of the power of ten at or below a positive number.
func decade(of value: Double) -> Int { Int(Mathematics.decimalLogarithm(value).rounded(.down)) }

func powerOfTen(_ exponent: Int) -> Double { Mathematics.power(10, Double(exponent)) }
