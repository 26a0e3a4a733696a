/// The values that an option accepts, for help, errors, completions and the manual page.
public struct ValueSyntax: Sendable, Equatable {
  /// The placeholder in help, such as `N` or `FILE`.
  public var name: String
  /// Completes the sentence "--hidden takes …".
  public var allowed: String
  /// All accepted texts if there are few, otherwise empty.
  public var choices: [String]
  /// Whether a shell should complete the value as a file name.
  public var isPath: Bool

  public init(name: String, allowed: String, choices: [String] = [], isPath: Bool = false) {
    self.name = name
    self.allowed = allowed
    self.choices = choices
    self.isPath = isPath
  }
}

/// The conversion of an option's text to a value, and of a default value to text.
public struct ValueFormat<Value>: Sendable {
  public let syntax: ValueSyntax
  let parse: @Sendable (String) -> Value?
  let describe: @Sendable (Value) -> String?

  /// - Parameters:
  ///   - parse: returns nil for a text that is not allowed.
  ///   - describe: returns nil for a value that help should not show as a default.
  public init(
    _ syntax: ValueSyntax,
    parse: @escaping @Sendable (String) -> Value?,
    describe: @escaping @Sendable (Value) -> String?
  ) {
    self.syntax = syntax
    self.parse = parse
    self.describe = describe
  }
}

extension ValueFormat where Value == String {
  /// Any text, including the empty one.
  public static var text: Self {
    Self(ValueSyntax(name: "TEXT", allowed: "a text"), parse: { $0 }, describe: { $0.isEmpty ? nil : $0 })
  }

  /// The name of a file or folder.
  public static var path: Self {
    Self(
      ValueSyntax(name: "FILE", allowed: "a file name", isPath: true),
      parse: { $0.isEmpty ? nil : $0 },
      describe: { $0.isEmpty ? nil : $0 }
    )
  }
}

extension ValueFormat where Value: FixedWidthInteger & Sendable {
  /// A whole number in decimal digits, with a minus sign where the range has negative numbers.
  public static func integer(in range: ClosedRange<Value>) -> Self {
    Self(
      ValueSyntax(name: "N", allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)"),
      parse: { text in
        guard !text.utf8.starts(with: "+".utf8), let value = Value(text) else { return nil }
        return range.contains(value) ? value : nil
      },
      describe: { $0.description }
    )
  }
}

extension ValueFormat where Value == Int {
  /// A power of two in decimal digits.
  public static func powerOfTwo(in range: ClosedRange<Int>) -> Self {
    let number = integer(in: range)
    return Self(
      ValueSyntax(name: "N", allowed: "a power of two from \(range.lowerBound) to \(range.upperBound)"),
      parse: { text in number.parse(text).flatMap { $0.nonzeroBitCount == 1 ? $0 : nil } },
      describe: number.describe)
  }
}

extension ValueFormat
where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  /// One of the raw values of an enumeration.
  public static var choice: Self {
    let choices = Value.allCases.map(\.rawValue)
    let alternatives = [choices.dropLast().joined(separator: ", "), choices.suffix(1).joined()]
    return Self(
      ValueSyntax(
        name: "NAME",
        allowed: alternatives.filter { !$0.isEmpty }.joined(separator: " or "),
        choices: choices
      ),
      parse: { Value(rawValue: $0) },
      describe: { $0.rawValue }
    )
  }
}

extension ValueFormat {
  /// Comma-separated values, at least one.
  public static func list<Element>(of element: ValueFormat<Element>) -> Self where Value == [Element] {
    Self(
      ValueSyntax(
        name: "\(element.syntax.name),...", allowed: "\(element.syntax.allowed), or several with commas between"),
      parse: { text in
        let values = text.split(separator: ",", omittingEmptySubsequences: false).map { element.parse(String($0)) }
        let known = values.compactMap(\.self)
        return known.count == values.count ? known : nil
      },
      describe: { $0.isEmpty ? nil : $0.compactMap(element.describe).joined(separator: ",") }
    )
  }
}
