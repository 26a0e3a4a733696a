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

  /// Returns the most likely texts, the best first, with the logarithms of their probabilities.
  func all() -> [(text: [UInt8], logProbability: Double)] {
    var settled: [Int32] = []
    for _ in 0..<length where !search.isFinished { settled += search.advance() }
    return search.best.map { (bytes(of: settled + $0.unsettled), $0.logProbability) }
  }

  private func bytes(of characters: [Int32]) -> [UInt8] {
    characters.filter { $0 != endMark }.flatMap(vocabulary.bytes(of:))
  }

  private func write(_ characters: [Int32], to output: inout TextWriter) throws {
    if !characters.isEmpty { try output.write(bytes(of: characters)) }
  }
}
