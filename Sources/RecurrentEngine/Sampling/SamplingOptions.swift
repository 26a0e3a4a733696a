/// Options for sampling a character from the logits, applied in this order: excluded characters are dropped, recent
/// ones penalized, the logits divided by the temperature, and their softmax filtered by ``topK``, then ``topP``, then
/// ``minP``. The character is drawn in proportion to the remaining probabilities.
public struct SamplingOptions: Sendable, Equatable {
  /// The temperature, at least 0. Values below 1 sharpen the distribution, values above 1 flatten it; 0 always selects
  /// the most likely character.
  public var temperature: Double
  /// The number of most likely characters to keep (top-k), at least 1; nil for all.
  public var topK: Int?
  /// The fraction of the total that the kept, most likely characters reach (nucleus sampling); above 0, and 1 for all.
  public var topP: Double
  /// The minimum probability of a kept character relative to the most likely one (min-p), from 0 to 1.
  public var minP: Double
  /// The factor, above 0, by which positive logits of recent characters are divided and others multiplied; 1 for none.
  public var repetitionPenalty: Double
  /// The number of last characters that the repetition penalty applies to.
  public var repetitionWindow: Int
  /// The token IDs that are never drawn; not all of them.
  public var excluded: Set<Int32>
  /// Whether the unknown symbol of a vocabulary that has one may be drawn.
  public var allowsUnknown: Bool

  /// Creates options; the defaults sample from the model's unmodified distribution.
  public init(
    temperature: Double = 1, topK: Int? = nil, topP: Double = 1, minP: Double = 0, repetitionPenalty: Double = 1,
    repetitionWindow: Int = 64, excluded: Set<Int32> = [], allowsUnknown: Bool = false
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.repetitionWindow = repetitionWindow
    self.excluded = excluded
    self.allowsUnknown = allowsUnknown
  }
}

extension SamplingOptions {
  /// The number of characters that must be remembered for the next draw.
  var memory: Int { repetitionPenalty == 1 ? 0 : repetitionWindow }

  /// Returns the token IDs that are never drawn, in ascending order.
  func excluded(of vocabulary: Vocabulary) -> [Int32] {
    let unknown = allowsUnknown ? nil : vocabulary.unknownID
    let all = excluded.union([unknown].compactMap(\.self)).sorted()
    precondition(all.count < vocabulary.count, "there is a character to draw")
    return all
  }

  func check(vocabularySize: Int) {
    precondition(temperature >= 0, "a temperature is not negative")
    precondition(topK ?? 1 >= 1 && topP > 0 && minP <= 1, "the likeliest character is always kept")
    precondition(repetitionPenalty > 0 && repetitionWindow >= 0, "a penalty is positive, and a window not negative")
    precondition(excluded.allSatisfy((0..<Int32(vocabularySize)).contains), "no such character")
  }
}
