/// A generator of one text at a time that continues any earlier one.
///
/// A text is the one that ``TextGenerator`` generates for the same seed and number.
public final class ContinuingSampler {
  /// The end of a text, from which it can be continued.
  public struct Position: Sendable {
    /// The state of each model after all characters but the last.
    fileprivate var states: [[Float]]
    /// The last character, which no model has read yet.
    fileprivate var last: Int32
    /// The last characters, of which a repetition penalty needs some.
    fileprivate var recent: [Int32]
  }

  /// A generated text.
  public struct Text: Sendable {
    /// The token IDs of the text.
    public var characters: [Int32]
    /// The natural logarithm of the model's probability of the text, before any filter and at temperature 1; nil unless
    /// it was asked for.
    public var logProbability: Double?
    /// The end of the text.
    public var position: Position
  }

  private let mixture: ModelMixture
  private let step: MixtureStep
  private let zeroStates: [[Float]]
  /// The number of last characters that positions keep.
  private let memory: Int

  /// Creates a sampler from the mixed probabilities of several models.
  ///
  /// - Parameters:
  ///   - mixture: The models.
  ///   - memory: The maximum number of characters that a repetition penalty applies to.
  ///   - threadCount: The maximum number of threads; the results do not depend on it.
  public init(_ mixture: ModelMixture, memory: Int = 0, threadCount: Int = 1) {
    self.mixture = mixture
    self.memory = memory
    step = MixtureStep(mixture, batchSize: 1, threadLimit: threadCount)
    step.reset()
    zeroStates = step.states
  }

  /// Returns the end of a text that begins in the zero state or continues another one.
  ///
  /// - Parameters:
  ///   - characters: Token IDs; at least one, unless another text is continued.
  ///   - position: The end of the text to continue; nil for the zero state.
  public func position(after characters: [Int32], continuing position: Position? = nil) -> Position {
    guard let last = characters.last else {
      guard let position else { preconditionFailure("the text is empty") }
      return position
    }
    step.setStates(position?.states ?? zeroStates)
    for character in (position.map { [$0.last] } ?? []) + characters.dropLast() {
      step.read(CollectionOfOne(character))
    }
    return Position(
      states: step.states, last: last, recent: ((position?.recent ?? []) + characters).suffix(memory))
  }

  /// Generates a text.
  ///
  /// - Parameters:
  ///   - position: The end of the text to continue.
  ///   - length: The maximum number of characters.
  ///   - options: The options of sampling.
  ///   - stop: The text that ends generation.
  ///   - random: The random numbers.
  ///   - measuresProbability: Whether to compute the probability of the text.
  public func generate(
    from position: Position, length: Int, options: SamplingOptions, stop: StopText, using random: inout RandomGenerator,
    measuresProbability: Bool = false
  ) -> Text {
    let draw = CharacterDraw(mixture.models[0].network, mixture.vocabulary, options)
    var recent = RecentCharacters(position.recent, window: options.memory)
    var (stop, last, characters, logProbability) = (stop, position.last, [Int32](), 0.0)
    step.setStates(position.states)
    while characters.count < length, !stop.isReached {
      step.read(CollectionOfOne(last))
      last = draw.draw(
        row: 0, of: step.workspace, after: options.memory > 0 ? recent : nil, using: &random)
      if measuresProbability {
        logProbability += draw.row.logProbabilities(of: [last], row: 0, of: step.workspace)[0]
      }
      recent.append(last)
      characters.append(last)
      _ = stop.append(last)
    }
    return Text(
      characters: characters, logProbability: measuresProbability ? logProbability : nil,
      position: Position(states: step.states, last: last, recent: (position.recent + characters).suffix(memory)))
  }
}
