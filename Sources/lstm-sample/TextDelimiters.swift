internal import CommandLineSupport
internal import RecurrentEngine

/// Bytes that separate generated texts.
struct TextDelimiters {
  static let defaultSeparator = "\n---\n"

  /// Bytes between two texts.
  var separator: [UInt8]
  /// Bytes after each text.
  var end: [UInt8]
}

extension SampleOptions {
  /// - Parameter areLines: Whether each text is a line, which ends with a line feed by default.
  func delimiters(areLines: Bool) -> TextDelimiters {
    if endsWithNull { return TextDelimiters(separator: [], end: [0]) }
    if areLines, separator == nil { return TextDelimiters(separator: [], end: [UInt8(ascii: "\n")]) }
    return TextDelimiters(separator: Array((separator ?? TextDelimiters.defaultSeparator).utf8), end: [])
  }

  /// - Throws: `UsageError.conflict` if the texts can contain the delimiter.
  func checkDelimiters(vocabulary: Vocabulary) throws {
    if endsWithNull, vocabulary.id(of: [0]) != nil {
      throw UsageError.conflict("--null: the model's own texts can have NUL bytes; give a --separator instead")
    }
  }
}
