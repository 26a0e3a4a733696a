internal import CommandLineSupport
internal import RecurrentEngine

/// How a reader of several texts knows where one ends and the next begins.
struct TextDelimiters {
  static let defaultSeparator = "\n---\n"

  /// What stands between two texts.
  var separator: [UInt8]
  /// What stands behind every text.
  var end: [UInt8]
}

extension SampleOptions {
  /// - Parameter areLines: Whether each text is a line, which then ends as such unless something else is wanted.
  func delimiters(areLines: Bool) -> TextDelimiters {
    if endsWithNull { return TextDelimiters(separator: [], end: [0]) }
    if areLines, separator == nil { return TextDelimiters(separator: [], end: [UInt8(ascii: "\n")]) }
    return TextDelimiters(separator: Array((separator ?? TextDelimiters.defaultSeparator).utf8), end: [])
  }

  /// - Throws: `UsageError.conflict` if a reader could not tell texts apart in the way that is asked for.
  func checkDelimiters(vocabulary: Vocabulary) throws {
    if endsWithNull, vocabulary.id(of: [0]) != nil {
      throw UsageError.conflict("--null: the model's own texts can have NUL bytes; give a --separator instead")
    }
  }
}
