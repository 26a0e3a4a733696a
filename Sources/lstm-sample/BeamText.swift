internal import RecurrentEngine

/// The text that a beam search finds, written as soon as its characters are settled.
struct BeamText {
  var search: BeamSearch
  var vocabulary: Vocabulary
  var length: Int
  /// Token ID that ends the text and is not written; nil if there is none.
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
