/// Searches for the continuation of a text that the model finds likeliest.
///
/// It keeps the `width` likeliest continuations of one length and goes on with all of them, as the rows of a batch. What
/// it finds is the likeliest of all with a width that never drops its beginning; the width 1 takes the likeliest
/// character each time.
public final class BeamSearch {
  private let width: Int
  private let step: GenerationStep
  private let characterDraw: CharacterDraw
  private var selection = LikeliestSelection()
  /// The likeliest first.
  private var hypotheses: [Hypothesis]

  /// - Parameters:
  ///   - prompt: What is gone on from, at least one character.
  ///   - options: What is excluded, and the penalty of repetitions. The rest is about chance, and does not count.
  ///   - stop: Where a continuation ends. It then competes with longer ones, which are less likely the longer they are.
  public init(
    _ model: LanguageModel, width: Int, prompt: [Int32], options: SamplingOptions = SamplingOptions(),
    stop: StopText = StopText(), threadCount: Int = 1
  ) {
    precondition(width > 0, "there is at least one continuation")
    guard let last = prompt.last else { preconditionFailure("the prompt is empty") }
    self.width = width
    let options = SamplingOptions(
      repetitionPenalty: options.repetitionPenalty, repetitionWindow: options.repetitionWindow,
      excluded: options.excluded)
    characterDraw = CharacterDraw(model.network, options)
    step = GenerationStep(
      model.network, batchSize: width,
      threadCount: GenerationStep.threadCount(for: model.network, batchSize: width, atMost: threadCount))
    step.copyState(from: .afterReading(prompt.dropLast(), model.network, threadLimit: threadCount))
    step.characters[0] = last
    hypotheses = [Hypothesis(recent: RecentCharacters(prompt, window: options.memory), stop: stop)]
  }

  /// Whether the likeliest continuation has reached its end.
  public var isFinished: Bool { hypotheses[0].stop.isReached }

  /// What follows, in the likeliest continuation so far, all that ``advance()`` has returned.
  public var unsettled: [Int32] { hypotheses[0].unsettled }

  /// Natural logarithm of the probability of the likeliest continuation.
  public var logProbability: Double { hypotheses[0].logProbability }

  /// Makes the continuations one character longer; does nothing when the likeliest has ended.
  ///
  /// - Returns: The next characters that all of them have in common: what comes will not change them.
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
      hypothesis.append(character, logProbability: candidate.logProbability)
      step.characters[hypothesis.row] = character
      return hypothesis
    }
    step.rearrangeStates(rows)
    return settle()
  }

  /// All that can be among the next continuations, the likeliest first.
  private func makeCandidates() -> [Candidate] {
    var candidates: [Candidate] = []
    for (index, hypothesis) in hypotheses.enumerated() {
      guard !hypothesis.stop.isReached else {
        candidates.append(Candidate(parent: index, character: nil, logProbability: hypothesis.logProbability))
        continue
      }
      characterDraw.loadLogits(row: hypothesis.row, of: step.workspace, after: hypothesis.recent)
      characterDraw.makeProbabilities(temperature: 1)
      let probabilities = characterDraw.row.elements
      let logSum = Mathematics.logarithm(characterDraw.row.sum)
      for character in selection.likeliest(width, in: probabilities) {
        let logProbability =
          hypothesis.logProbability + Mathematics.logarithm(Double(probabilities[Int(character)])) - logSum
        candidates.append(Candidate(parent: index, character: character, logProbability: logProbability))
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

  /// Continuations of a text that repeats itself can differ for ever in what was long ago. When there is so much of it,
  /// the likeliest one decides on its first half.
  private static let mostUnsettled = 1000
}

/// One continuation of the text.
private struct Hypothesis {
  var logProbability = 0.0
  /// Where its state is, unless it has ended.
  var row = 0
  var unsettled: [Int32] = []
  var recent: RecentCharacters
  var stop: StopText

  mutating func append(_ character: Int32, logProbability: Double) {
    self.logProbability = logProbability
    unsettled.append(character)
    recent.append(character)
    _ = stop.append(character)
  }
}

/// A hypothesis with one character more, or one that has ended.
private struct Candidate {
  var parent: Int
  var character: Int32?
  var logProbability: Double

  /// Of equally likely ones that of the likelier parent comes first, and then the first character.
  func precedes(_ other: Candidate) -> Bool {
    guard logProbability == other.logProbability else { return logProbability > other.logProbability }
    return (parent, character ?? -1) < (other.parent, other.character ?? -1)
  }
}
