internal import RecurrentEngine

/// The text that a beam search finds, written as far as it is certain.
struct BeamText {
  var search: BeamSearch
  var vocabulary: Vocabulary
  var length: Int

  /// - Throws: `OutputError`
  func write(to output: inout TextWriter) throws {
    for _ in 0..<length where !search.isFinished {
      for character in search.advance() { try output.write(vocabulary.bytes(of: character)) }
    }
    for character in search.unsettled { try output.write(vocabulary.bytes(of: character)) }
  }
}
