/// How a character is drawn from the logits, in the order in which it happens: excluded characters are left out, recent
/// ones made less likely, the logits divided by the temperature, and of their softmax the ``topK``, then the ``topP``,
/// then what is left by ``minP`` kept. What is kept is drawn from in proportion to its probabilities.
public struct SamplingOptions: Sendable, Equatable {
  /// At least 0. Below 1 likely characters become likelier, above 1 less so; 0 takes the most likely one always.
  public var temperature: Double
  /// So many of the likeliest characters are kept, at least 1; nil for all.
  public var topK: Int?
  /// The fewest likeliest characters are kept whose probabilities reach this share of the sum; above 0, and 1 for all.
  public var topP: Double
  /// Characters are kept that have this share of the likeliest one's probability, from 0 to 1.
  public var minP: Double
  /// Positive logits of recent characters are divided by it, the others multiplied; above 0, and 1 for no penalty.
  public var repetitionPenalty: Double
  /// How many of the characters read last are recent.
  public var repetitionWindow: Int
  /// Characters that are never drawn; not all of them.
  public var excluded: Set<Int32>

  /// Options that, unless they are given, change nothing: all characters, with the probabilities that the model gives.
  public init(
    temperature: Double = 1, topK: Int? = nil, topP: Double = 1, minP: Double = 0, repetitionPenalty: Double = 1,
    repetitionWindow: Int = 64, excluded: Set<Int32> = []
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.repetitionWindow = repetitionWindow
    self.excluded = excluded
  }
}

extension SamplingOptions {
  /// The characters that must be remembered for the next draw.
  var memory: Int { repetitionPenalty == 1 ? 0 : repetitionWindow }

  func check(vocabularySize: Int) {
    precondition(temperature >= 0, "a temperature is not negative")
    precondition(topK ?? 1 >= 1 && topP > 0 && minP <= 1, "the likeliest character is always kept")
    precondition(repetitionPenalty > 0 && repetitionWindow >= 0, "a penalty is positive, and a window not negative")
    precondition(excluded.allSatisfy((0..<Int32(vocabularySize)).contains), "no such character")
    precondition(excluded.count < vocabularySize, "there is a character to draw")
  }
}
