internal import Synchronization

/// A generator of texts in parallel, one for each row of a mini-batch: weights are read from memory once for all of
/// them.
///
/// A text depends only on its number, the seed, the prompt and the options, not on other texts or the thread count.
public final class TextGenerator {
  /// The number of texts generated in parallel.
  public let batchSize: Int
  /// The number of threads in use.
  public var threadCount: Int { draws.count }
  private let step: MixtureStep
  private let draws: [RowDraws]  // (thread)
  /// The state after the prompt without its last character, read once for all texts.
  private let promptStep: MixtureStep
  private let lastOfPrompt: Int32

  /// Creates a generator and begins the first `batchSize` texts.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - batchSize: The number of sequences in parallel.
  ///   - prompt: The text that every generated text continues, at least one character; not part of the results.
  ///   - options: The options of sampling.
  ///   - seed: The seed of the random numbers.
  ///   - measuresProbabilities: Whether to compute ``logProbabilities``.
  ///   - threadCount: The maximum number of threads; fewer are used if there is little to compute.
  public convenience init(
    _ model: LanguageModel, batchSize: Int, prompt: [Int32], options: SamplingOptions, seed: UInt64,
    measuresProbabilities: Bool = false, threadCount: Int = 1
  ) {
    self.init(
      ModelMixture(model), batchSize: batchSize, prompt: prompt, options: options, seed: seed,
      measuresProbabilities: measuresProbabilities, threadCount: threadCount)
  }

  /// Creates a generator of texts from the mixed probabilities of several models.
  public init(
    _ mixture: ModelMixture, batchSize: Int, prompt: [Int32], options: SamplingOptions, seed: UInt64,
    measuresProbabilities: Bool = false, threadCount: Int = 1
  ) {
    precondition(batchSize > 0, "there is at least one text")
    let vocabulary = 0..<Int32(mixture.vocabulary.count)
    precondition(prompt.allSatisfy(vocabulary.contains), "no such character")
    guard let lastOfPrompt = prompt.last else { preconditionFailure("the prompt is empty") }
    self.lastOfPrompt = lastOfPrompt
    self.batchSize = batchSize
    promptStep = .afterReading(prompt.dropLast(), mixture, threadLimit: threadCount)
    step = MixtureStep(mixture, batchSize: batchSize, threadLimit: threadCount)
    let threadCount = step.threadCount
    let recent = RecentCharacters(prompt, window: options.memory)
    draws = (0..<threadCount).map { thread in
      RowDraws(
        (0..<batchSize).share(thread, of: threadCount), mixture.models[0].network, mixture.vocabulary, options,
        after: recent, seed: seed, measuresProbabilities: measuresProbabilities)
    }
    begin(firstText: 0)
  }

  /// Begins `batchSize` other texts, numbered from `firstText`.
  public func begin(firstText: Int) {
    precondition(firstText >= 0, "texts are numbered from 0")
    for rows in draws { rows.begin(firstText: firstText) }
    step.copyState(from: promptStep)
    step.characters.fill(with: lastOfPrompt)
  }

  /// The natural logarithms of the model's probabilities of the last characters, before any filter and at temperature 1,
  /// in the order of the texts; empty unless they are asked for.
  public var logProbabilities: [Double] { draws.flatMap(\.logProbabilities) }

  /// Draws the next character of every text, and returns the characters in the order of the texts.
  @discardableResult
  public func advance() -> [Int32] {
    step.advance { [draws, workspace = step.workspace] thread in draws[thread].draw(from: workspace) }
    return Array(step.characters)
  }
}

/// The draws of the texts that one thread computes.
private final class RowDraws: Sendable {
  private struct State {
    let characterDraw: CharacterDraw
    var recent: [RecentCharacters] = []
    var randoms: [RandomGenerator] = []
    var logProbabilities: [Double] = []
  }

  private let rows: Range<Int>
  private let seed: UInt64
  private let recentInPrompt: RecentCharacters
  private let remembers: Bool
  private let measuresProbabilities: Bool
  private let state: Mutex<State>

  init(
    _ rows: Range<Int>, _ network: RecurrentNetwork, _ vocabulary: Vocabulary, _ options: SamplingOptions,
    after recent: RecentCharacters, seed: UInt64, measuresProbabilities: Bool
  ) {
    self.measuresProbabilities = measuresProbabilities
    self.rows = rows
    state = Mutex(State(characterDraw: CharacterDraw(network, vocabulary, options)))
    recentInPrompt = recent
    remembers = options.memory > 0
    self.seed = seed
  }

  /// Those of the last characters; empty unless they are measured. (row)
  var logProbabilities: [Double] { state.withLock(\.logProbabilities) }

  /// Begins new texts, each with its own random stream.
  func begin(firstText: Int) {
    state.withLock { state in
      if remembers { state.recent = rows.map { _ in recentInPrompt } }
      state.randoms = rows.map { RandomGenerator(seed: seed, stream: UInt64(firstText + $0)) }
    }
  }

  /// Draws the characters that the workspace reads next.
  func draw(from workspace: Workspace) {
    state.withLock { state in
      state.logProbabilities.removeAll(keepingCapacity: true)
      for (index, row) in rows.enumerated() {
        let character = state.characterDraw.draw(
          row: row, of: workspace, after: remembers ? state.recent[index] : nil, using: &state.randoms[index])
        workspace.characters[row] = character
        if remembers { state.recent[index].append(character) }
        if measuresProbabilities {
          state.logProbabilities += state.characterDraw.row.logProbabilities(of: [character], row: row, of: workspace)
        }
      }
    }
  }
}
