internal import RecurrentEngine

/// The first characters of a text in the token IDs of a model.
struct ActivationText {
  let corpus: Corpus
  /// Maximum number of characters.
  let length: Int

  var characterCount: Int { min(length, corpus.characterCount) }

  func makePass(_ model: LanguageModel) throws(CorpusError) -> ActivationPass {
    try ActivationPass(model, corpus: corpus, characterCount: length)
  }

  /// Returns a character as text; single bytes beyond ASCII become U+FFFD.
  func character(_ id: Int32) -> String { String(decoding: corpus.vocabulary.bytes(of: id), as: UTF8.self) }

  /// Returns the mean loss of a model, in nats per character; NaN if no character is scored.
  ///
  /// - Throws: `CorpusError` if the text can no longer be read.
  func loss(of model: LanguageModel) throws(CorpusError) -> Double {
    let pass = try makePass(model)
    var nats = 0.0
    var count = 0
    while try pass.next() {
      for cost in pass.characters.compactMap({ pass.cost(at: $0) }) {
        nats += Double(cost)
        count += 1
      }
    }
    return count > 0 ? nats / Double(count) : .nan
  }
}
