/// A value that is given, or chosen by the program.
public enum AutomaticOr<Given: Sendable>: Sendable {
  case automatic
  case given(Given)

  /// The given value; nil if the program chooses.
  public var given: Given? {
    if case .given(let value) = self { value } else { nil }
  }
}

extension AutomaticOr: Equatable where Given: Equatable {}

extension ValueFormat {
  /// The word `auto`, or a value.
  ///
  /// - Parameter name: The placeholder of the value.
  public static func automatic<Given: Sendable>(
    or format: ValueFormat<Given>, named name: String
  ) -> Self where Value == AutomaticOr<Given> {
    Self(
      ValueSyntax(name: "auto|\(name)", allowed: "auto or \(format.syntax.allowed)"),
      parse: { $0 == "auto" ? .automatic : format.parse($0).map(AutomaticOr.given) },
      describe: { value in
        switch value {
        case .automatic: "auto"
        case .given(let given): format.describe(given)
        }
      })
  }
}
