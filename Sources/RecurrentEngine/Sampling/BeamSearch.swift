/// A beam search for the most likely continuation of a text.
///
/// The search extends the `width` most likely continuations of one length together, as rows of a mini-batch. It finds
/// the most likely continuation of all if no prefix of it falls out of the beam; width 1 is greedy search.
public final class BeamSearch {
  private let width: Int
  private let bestCount: Int
  /// Whether the search ranks by other probabilities than the model's.
  private let changesProbabilities: Bool
  private let step: MixtureStep
  private let characterDraw: CharacterDraw
  private var selection = LikeliestSelection()
  /// The continuations, most likely first.
  private var hypotheses: [Hypothesis]

  /// Creates a search that continues `prompt`.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - width: The number of continuations that are extended together, at least 1.
  ///   - bestCount: The number of most likely continuations that are wanted, from 1 to `width`.
  ///   - prompt: The text to continue, at least one character.
  ///   - options: The excluded characters and the repetition penalty. Options of random sampling are ignored.
  ///   - stop: The text that ends a continuation. Ended continuations compete with growing ones, whose probability
  ///     falls.
  ///   - threadCount: The number of threads; the results do not depend on it.
  public convenience init(
    _ model: LanguageModel, width: Int, bestCount: Int = 1, prompt: [Int32],
    options: SamplingOptions = SamplingOptions(),
    stop: StopText = StopText(), threadCount: Int = 1
  ) {
    self.init(
      ModelMixture(model), width: width, bestCount: bestCount, prompt: prompt, options: options, stop: stop,
      threadCount: threadCount)
  }

  /// Creates a search by the mixed probabilities of several models.
  public init(
    _ mixture: ModelMixture, width: Int, bestCount: Int = 1, prompt: [Int32],
    options: SamplingOptions = SamplingOptions(), stop: StopText = StopText(), threadCount: Int = 1
  ) {
    precondition(width > 0, "there is at least one continuation")
    precondition((1...width).contains(bestCount), "the beam has as many continuations")
    guard let last = prompt.last else { preconditionFailure("the prompt is empty") }
    self.width = width
    self.bestCount = bestCount
    let options = SamplingOptions(
      repetitionPenalty: options.repetitionPenalty, repetitionWindow: options.repetitionWindow,
      excluded: options.excluded, allowsUnknown: options.allowsUnknown)
    characterDraw = CharacterDraw(mixture.models[0].network, mixture.vocabulary, options)
    changesProbabilities = options.repetitionPenalty != 1 || !options.excluded(of: mixture.vocabulary).isEmpty
    step = MixtureStep(mixture, batchSize: width, threadLimit: threadCount)
    step.copyState(from: .afterReading(prompt.dropLast(), mixture, threadLimit: threadCount))
    step.characters[0] = last
    hypotheses = [Hypothesis(recent: RecentCharacters(prompt, window: options.memory), stop: stop)]
  }

  /// A continuation of the prompt.
  public struct Continuation: Equatable, Sendable {
    /// The characters that ``advance()`` has not returned.
    public var unsettled: [Int32]
    /// The natural logarithm of the model's probability of all characters.
    public var logProbability: Double
  }

  /// Whether the most likely continuations have ended.
  public var isFinished: Bool { hypotheses.prefix(bestCount).allSatisfy(\.stop.isReached) }

  /// The most likely continuations, the best first; fewer than asked for if there are no others.
  public var best: [Continuation] {
    hypotheses.prefix(bestCount).map {
      Continuation(unsettled: $0.unsettled, logProbability: $0.modelLogProbability)
    }
  }

  /// The characters of the most likely continuation that ``advance()`` has not returned yet.
  public var unsettled: [Int32] { hypotheses[0].unsettled }

  /// The natural logarithm of the probability of the most likely continuation, as the search ranks it.
  public var logProbability: Double { hypotheses[0].logProbability }

  /// Extends the continuations by one character; does nothing if the most likely ones have ended.
  ///
  /// - Returns: The next characters that all continuations have in common, so that they are final.
  @discardableResult
  public func advance() -> [Int32] {
    guard !isFinished else { return [] }
    step.advance()
    let candidates = makeCandidates()
    var rows: [Int] = []
    hypotheses = candidates.prefix(width).map { candidate in
      var hypothesis = hypotheses[candidate.parent]
      guard let character = candidate.character else { return hypothesis }
      rows.append(hypothesis.row)
      hypothesis.row = rows.count - 1
      hypothesis.append(character, candidate)
      step.characters[hypothesis.row] = character
      return hypothesis
    }
    step.rearrangeStates(rows)
    return settle()
  }

  /// Returns the possible next continuations, most likely first.
  private func makeCandidates() -> [Candidate] {
    var candidates: [Candidate] = []
    for (index, hypothesis) in hypotheses.enumerated() {
      guard !hypothesis.stop.isReached else {
        candidates.append(
          Candidate(
            parent: index, character: nil, logProbability: hypothesis.logProbability,
            modelLogProbability: hypothesis.modelLogProbability))
        continue
      }
      characterDraw.loadLogits(row: hypothesis.row, of: step.workspace, after: hypothesis.recent)
      characterDraw.makeProbabilities(temperature: 1)
      let probabilities = characterDraw.row.elements
      let logSum = Mathematics.logarithm(characterDraw.row.sum)
      let likeliest = Array(selection.likeliest(width, in: probabilities))
      let own = likeliest.map { Mathematics.logarithm(Double(probabilities[Int($0)])) - logSum }
      let models =
        changesProbabilities
        ? characterDraw.row.logProbabilities(of: likeliest, row: hypothesis.row, of: step.workspace) : own
      for (character, (own, model)) in zip(likeliest, zip(own, models)) {
        candidates.append(
          Candidate(
            parent: index, character: character, logProbability: hypothesis.logProbability + own,
            modelLogProbability: hypothesis.modelLogProbability + model))
      }
    }
    return candidates.sorted { $0.precedes($1) }
  }

  private func settle() -> [Int32] {
    let best = hypotheses[0].unsettled
    var count = hypotheses.dropFirst().reduce(best.count) { count, other in
      zip(best.prefix(count), other.unsettled).prefix { $0 == $1 }.count
    }
    if best.count > Self.mostUnsettled {
      count = Self.mostUnsettled / 2
      hypotheses.removeAll { !$0.unsettled.starts(with: best.prefix(count)) }
    }
    for index in hypotheses.indices where count > 0 { hypotheses[index].unsettled.removeFirst(count) }
    return Array(best.prefix(count))
  }

  /// The maximum number of characters that are not final. Continuations of a repetitive text can forever differ in a
  /// character far back. Beyond this number, the most likely one determines the first half.
  private static let mostUnsettled = 1000
}

private struct Hypothesis {
  /// The logarithm of the probability by which the search ranks it.
  var logProbability = 0.0
  /// The logarithm of the model's probability, which differs if characters are excluded or penalized.
  var modelLogProbability = 0.0
  /// The row of its state in the mini-batch, unless it has ended.
  var row = 0
  var unsettled: [Int32] = []
  var recent: RecentCharacters
  var stop: StopText

  mutating func append(_ character: Int32, _ candidate: Candidate) {
    logProbability = candidate.logProbability
    modelLogProbability = candidate.modelLogProbability
    unsettled.append(character)
    recent.append(character)
    _ = stop.append(character)
  }
}

/// A hypothesis extended by one character, or one that has ended.
private struct Candidate {
  var parent: Int
  var character: Int32?
  var logProbability: Double
  var modelLogProbability: Double

  /// Returns whether this candidate ranks higher. Ties are broken by the more likely parent, then by the token ID.
  func precedes(_ other: Candidate) -> Bool {
    guard logProbability == other.logProbability else { return logProbability > other.logProbability }
    return (parent, character ?? -1) < (other.parent, other.character ?? -1)
  }
}
