internal import RecurrentEngine

/// The text that a beam search finds, written as far as it is certain.
struct BeamText {
  var search: BeamSearch
  var vocabulary: Vocabulary
  var length: Int
  /// What ends the text and is no part of it.
  var endMark: Int32?

  /// - Throws: `OutputError`
  func write(to output: inout TextWriter) throws {
    for _ in 0..<length where !search.isFinished {
      try write(search.advance(), to: &output)
    }
    try write(search.unsettled, to: &output)
  }

  private func write(_ characters: [Int32], to output: inout TextWriter) throws {
    for character in characters where character != endMark { try output.write(vocabulary.bytes(of: character)) }
  }
}
