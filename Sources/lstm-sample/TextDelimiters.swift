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
  /// - Parameter record: The separator after each text of a model of records; nil if texts are parts of one sequence.
  func delimiters(after record: RecordSeparator?) -> TextDelimiters {
    if endsWithNull { return TextDelimiters(separator: [], end: [0]) }
    if let record, separator == nil { return TextDelimiters(separator: [], end: record.entry) }
    return TextDelimiters(separator: Array((separator ?? TextDelimiters.defaultSeparator).utf8), end: [])
  }

  /// - Throws: `UsageError.conflict` if the texts can contain the delimiter.
  func checkDelimiters(vocabulary: Vocabulary) throws {
    if endsWithNull, vocabulary.id(of: [0]) != nil, vocabulary.separator != .nul {
      throw UsageError.conflict("--null: the model's own texts can have NUL bytes; give a --separator instead")
    }
  }
}
