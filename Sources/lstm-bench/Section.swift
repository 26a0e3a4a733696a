internal import CommandLineSupport

/// What can be measured, in the order in which it is; named as operands of the tool.
enum Section: String, CaseIterable {
  case kernels, training, generation, loading

  /// The sections that the operands name; all if there are none.
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
