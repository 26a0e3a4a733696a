internal import CommandLineSupport

/// A section of the benchmark, named by an operand. Sections run in the order of the cases.
enum Section: String, CaseIterable {
  case kernels, training, generation, loading

  /// Returns the sections that the operands name; all if there are none.
  ///
  /// - Throws: `UsageError.operands` if one names no section.
  static func named(by operands: [String]) throws(UsageError) -> [Section] {
    for operand in operands where Section(rawValue: operand) == nil {
      let names = allCases.map(\.rawValue).joined(separator: ", ")
      throw .operands("there is no '\(operand)' to measure; there are \(names)")
    }
    return operands.isEmpty ? allCases : allCases.filter { operands.contains($0.rawValue) }
  }
}
