/// A parser with its required properties.
protocol FuzzTarget {
  /// Initial inputs.
  var seeds: [[UInt8]] { get }
  /// Byte sequences with a meaning to the parser, to insert into inputs.
  var tokens: [[UInt8]] { get }

  func mutated(_ input: [UInt8], with mutator: inout Mutator) -> [UInt8]

  /// Parses an input and checks the required properties.
  ///
  /// - Returns: A short description of the outcome. Inputs with new outcomes are changed further.
  /// - Throws: `Finding` if the parser violates a property.
  func check(_ input: [UInt8]) throws(Finding) -> String
}

extension FuzzTarget {
  func mutated(_ input: [UInt8], with mutator: inout Mutator) -> [UInt8] { mutator.mutated(input) }
}

/// A violation of a required property.
struct Finding: Error {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Throws a finding unless the condition holds.
func require(_ condition: Bool, _ description: @autoclosure () -> String) throws(Finding) {
  guard condition else { throw Finding(description()) }
}
