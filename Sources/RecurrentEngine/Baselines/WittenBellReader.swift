/// Goes over a text and tells how likely n-gram models of all orders hold each character.
struct WittenBellReader {
  /// An n-gram that ends where the text is being read.
  private struct Context {
    var hash = GramHash()
    /// How often a character has come after it, and how many different ones.
    var (total, followerCount) = (0.0, 0.0)
  }

  /// Of the character that was read last, by the models of order 1 up to the greatest.
  private(set) var probabilities: [Double]

  private let model: WittenBellModel
  /// The character that nothing reaches behind; nil if there is none.
  private let endMark: Int32?
  /// By their length; the first one is without characters.
  private var contexts: [Context]
  /// The length of the longest: the characters before this place that matter.
  private var contextLength = 0

  /// Begins with nothing before.
  init(_ model: WittenBellModel, endMark: Int32? = nil) {
    self.model = model
    self.endMark = endMark
    probabilities = Array(repeating: 0, count: model.order)
    contexts = Array(repeating: Context(), count: model.order)
    contexts[0].total = Double(model.characterCount)
    contexts[0].followerCount = Double(model.tables[0].count)
  }

  /// Forgets what stands before.
  mutating func begin() { contextLength = 0 }

  mutating func read(_ character: Int32) {
    var probability = 1 / Double(model.vocabularySize)
    var context = contexts[0]
    for length in 0..<model.order {
      if length <= contextLength {
        let table = model.tables[length]
        let hash = context.hash.appending(character)
        let gram = table[table.slot(of: hash)]
        if context.total > 0 {
          probability =
            (Double(gram.count) + context.followerCount * probability) / (context.total + context.followerCount)
        }
        if length + 1 < model.order {
          context = contexts[length + 1]
          contexts[length + 1] = Context(
            hash: hash, total: Double(Int(gram.count) - (model.endings[hash] ?? 0)),
            followerCount: Double(gram.followerCount))
        }
      }
      probabilities[length] = probability
    }
    contextLength = min(character == endMark ? 1 : contextLength + 1, model.order - 1)
  }
}
