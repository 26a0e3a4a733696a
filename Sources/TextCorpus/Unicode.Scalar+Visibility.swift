extension Unicode.Scalar {
  /// Whether the scalar is visible, alone or as a mark on another.
  package var isVisible: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: false
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}

/// Returns the value in upper-case hexadecimal digits, padded with zeros to at least `digitCount`.
package func hexadecimal(_ value: UInt32, digitCount: Int) -> String {
  let digits = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digitCount - digits.count)) + digits
}
