/// A parser, with what is known of how it must behave.
protocol FuzzTarget {
  /// Inputs to begin with.
  var seeds: [[UInt8]] { get }
  /// What has a meaning to the parser, to be put into inputs.
  var tokens: [[UInt8]] { get }

  /// Changes an input at random.
  func mutated(_ input: [UInt8], with mutator: inout Mutator) -> [UInt8]

  /// Gives an input to the parser.
  ///
  /// - Returns: What came of it, in few words. An input with an outcome that was not seen before is worth changing
  ///   further.
  /// - Throws: `Finding` if the parser did what it must not.
  func check(_ input: [UInt8]) throws(Finding) -> String
}

extension FuzzTarget {
  func mutated(_ input: [UInt8], with mutator: inout Mutator) -> [UInt8] { mutator.mutated(input) }
}

/// What a parser did that it must not do.
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
