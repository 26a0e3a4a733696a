internal import RecurrentEngine

/// The beginning of a text as a model reads it.
struct ActivationText {
  let corpus: Corpus
  /// The most characters.
  let length: Int
  let readsLines: Bool

  var characterCount: Int { min(length, corpus.characterCount) }

  func makePass(_ model: LanguageModel) throws(CorpusError) -> ActivationPass {
    try ActivationPass(model, corpus: corpus, characterCount: length, readsLines: readsLines)
  }

  /// What a person sees; of bytes beyond ASCII U+FFFD.
  func character(_ id: Int32) -> String { String(decoding: corpus.vocabulary.bytes(of: id), as: UTF8.self) }

  /// What a model pays, in nats per character.
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
