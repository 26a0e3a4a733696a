/// Reads a text character by character with a model, and draws what could come next. For whole texts, and many of them,
/// there is ``TextGenerator``.
///
/// What is drawn does not depend on the number of threads.
public final class Sampler {
  /// What it reads and draws with.
  public let model: LanguageModel
  private let step: GenerationStep
  private let options: SamplingOptions
  private let characterDraw: CharacterDraw
  private var recent: RecentCharacters

  /// - Parameter threadCount: The most threads to compute with; a small model takes fewer. Those besides the caller's
  ///   own keep looking out for the next character for about a millisecond.
  public init(_ model: LanguageModel, options: SamplingOptions = SamplingOptions(), threadCount: Int = 1) {
    self.model = model
    self.options = options
    let threadCount = GenerationStep.threadCount(for: model.network, batchSize: 1, atMost: threadCount)
    step = GenerationStep(model.network, batchSize: 1, threadCount: threadCount)
    characterDraw = CharacterDraw(model.network, options)
    recent = RecentCharacters(window: options.memory)
  }

  var workspace: Workspace { step.workspace }

  /// Forgets all that was read: the state is zero.
  public func reset() {
    step.reset()
    recent = RecentCharacters(window: options.memory)
  }

  /// Reads one character, the state going on from the one before.
  public func read(_ character: Int32) {
    precondition((0..<Int32(model.configuration.vocabularySize)).contains(character), "no such character")
    step.read(CollectionOfOne(character))
    recent.append(character)
  }

  /// Draws the next character.
  ///
  /// - Precondition: A character was read.
  public func draw(using random: inout RandomGenerator) -> Int32 {
    characterDraw.draw(row: 0, of: workspace, after: recent, using: &random)
  }

  /// Draws the next character and reads it.
  ///
  /// - Precondition: A character was read.
  public func advance(using random: inout RandomGenerator) -> Int32 {
    let character = draw(using: &random)
    read(character)
    return character
  }

  /// The probabilities that the next character is drawn with, whose sum is 1; where nothing is left to chance, at the
  /// temperature 0, those of the temperature 1. (character)
  ///
  /// - Precondition: A character was read.
  public func probabilities() -> [Double] {
    characterDraw.loadLogits(row: 0, of: workspace, after: recent)
    characterDraw.makeProbabilities(temperature: options.temperature > 0 ? options.temperature : 1)
    let sum = characterDraw.row.sum
    return characterDraw.row.elements.map { Double($0) / sum }
  }
}
