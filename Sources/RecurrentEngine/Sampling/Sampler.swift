/// A sampler that reads a text one character at a time and draws the next character.
///
/// The results do not depend on the number of threads. ``TextGenerator`` generates whole texts.
public final class Sampler {
  /// The vocabulary.
  public let vocabulary: Vocabulary
  private let step: MixtureStep
  private let options: SamplingOptions
  private let characterDraw: CharacterDraw
  private var recent: RecentCharacters

  /// Creates a sampler with a zero state, which has read nothing.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - options: The options of sampling.
  ///   - threadCount: The maximum number of threads; a small model uses fewer. Threads other than the caller's spin
  ///     for about a millisecond while they wait for the next character.
  public convenience init(
    _ model: LanguageModel, options: SamplingOptions = SamplingOptions(), threadCount: Int = 1
  ) {
    self.init(ModelMixture(model), options: options, threadCount: threadCount)
  }

  /// Creates a sampler with a zero state from the mixed probabilities of several models.
  public init(_ mixture: ModelMixture, options: SamplingOptions = SamplingOptions(), threadCount: Int = 1) {
    vocabulary = mixture.vocabulary
    self.options = options
    step = MixtureStep(mixture, batchSize: 1, threadLimit: threadCount)
    characterDraw = CharacterDraw(mixture.models[0].network, mixture.vocabulary, options)
    recent = RecentCharacters(window: options.memory)
  }

  var workspace: Workspace { step.workspace }

  /// Resets the state to zero and clears the recent characters.
  public func reset() {
    step.reset()
    recent = RecentCharacters(window: options.memory)
  }

  /// Reads one character, updating the state.
  public func read(_ character: Int32) {
    precondition((0..<Int32(vocabulary.count)).contains(character), "no such character")
    step.read(CollectionOfOne(character))
    recent.append(character)
  }

  /// Draws the next character. A character must have been read.
  public func draw(using random: inout RandomGenerator) -> Int32 {
    characterDraw.draw(row: 0, of: workspace, after: recent, using: &random)
  }

  /// Draws the next character and reads it. A character must have been read.
  public func advance(using random: inout RandomGenerator) -> Int32 {
    let character = draw(using: &random)
    read(character)
    return character
  }

  /// Returns the probabilities with which the next character is drawn, normalized to a sum of 1; at temperature 0,
  /// those at temperature 1. A character must have been read. (character)
  public func probabilities() -> [Double] {
    characterDraw.loadLogits(row: 0, of: workspace, after: recent)
    characterDraw.makeProbabilities(temperature: options.temperature > 0 ? options.temperature : 1)
    let sum = characterDraw.row.sum
    return characterDraw.row.elements.map { Double($0) / sum }
  }
}
