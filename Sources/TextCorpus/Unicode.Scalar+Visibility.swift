extension Unicode.Scalar {
  /// Whether it is seen, by itself or on another.
  package var isVisible: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: false
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}

/// Upper-case digits, at least so many.
package func hexadecimal(_ value: UInt32, digitCount: Int) -> String {
  let digits = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digitCount - digits.count)) + digits
}
