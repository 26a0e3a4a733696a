package import CommandLineSupport
package import RecurrentEngine

extension RecordSeparator {
  private static let names: KeyValuePairs = ["newline": newline, "nul": nul, "blank-line": blankLine]

  /// The separator in a sentence.
  package var title: String {
    switch self {
    case .newline: "line feed"
    case .nul: "NUL"
    case .blankLine: "blank line"
    default: isLine ? "line '\(TerminalText.escaped(typedText))'" : TextUnit.character.name(of: entry)
    }
  }

  /// The name of a record in messages.
  package var recordName: String { self == .newline ? "line" : "record" }

  /// The separator as an option's value.
  package var typedText: String {
    if let name = Self.names.first(where: { $0.value == self })?.key { return name }
    let line = isLine ? String(decoding: entry.dropFirst().dropLast(), as: UTF8.self) : text
    // With its line feeds it is no name and no control character.
    return RecordSeparator(typed: line) == self ? line : text
  }

  /// Creates a separator from an option's value: a name or a text.
  package init?(typed text: String) {
    guard let separator = Self.names.first(where: { $0.key == text })?.value ?? RecordSeparator(text: text) else {
      return nil
    }
    self = separator
  }
}

extension ValueFormat where Value == RecordSeparator {
  /// The separator of records. The line feed is typed as `--lines`.
  package static var recordSeparator: Self {
    Self(
      ValueSyntax(
        name: "SEPARATOR",
        allowed: "newline, nul, blank-line, or a text of at most 254 bytes without a carriage return"),
      parse: { RecordSeparator(typed: $0) }, describe: { $0 == .newline ? nil : $0.typedText })
  }
}

extension Vocabulary {
  /// Returns the title of the separator of records if a text, given by its token IDs, has it; otherwise nil.
  package func separatorTitle(in text: [Int32]) -> String? {
    let written: [UInt8] = text.flatMap { bytes(of: $0) }
    guard let separator, written.contains(separator.entry) else { return nil }
    return separator.title
  }
}
