/// A generator of several texts in parallel, as the rows of a mini-batch: each weight is read once for all of them.
///
/// A text depends only on its number, the seed, the prompt and the options: neither on the other texts nor on the
/// number of threads.
public final class TextGenerator {
  /// The number of texts generated in parallel.
  public let batchSize: Int
  /// The number of threads in use.
  public var threadCount: Int { draws.count }
  private let step: GenerationStep
  private let draws: [RowDraws]  // (thread)
  /// The state after the prompt without its last character, read once for all texts.
  private let promptStep: GenerationStep
  private let lastOfPrompt: Int32

  /// Creates a generator and begins the first `batchSize` texts.
  ///
  /// - Parameters:
  ///   - prompt: The text that every generated text continues, at least one character; not part of the results.
  ///   - threadCount: The maximum number of threads; fewer are used if there is little to compute.
  public init(
    _ model: LanguageModel, batchSize: Int, prompt: [Int32], options: SamplingOptions, seed: UInt64,
    threadCount: Int = 1
  ) {
    precondition(batchSize > 0, "there is at least one text")
    let vocabulary = 0..<Int32(model.configuration.vocabularySize)
    precondition(prompt.allSatisfy(vocabulary.contains), "no such character")
    guard let lastOfPrompt = prompt.last else { preconditionFailure("the prompt is empty") }
    self.lastOfPrompt = lastOfPrompt
    self.batchSize = batchSize
    promptStep = .afterReading(prompt.dropLast(), model.network, threadLimit: threadCount)

    let threadCount = GenerationStep.threadCount(for: model.network, batchSize: batchSize, atMost: threadCount)
    step = GenerationStep(model.network, batchSize: batchSize, threadCount: threadCount)
    let recent = RecentCharacters(prompt, window: options.memory)
    draws = (0..<threadCount).map { thread in
      RowDraws(rowShare(thread, of: threadCount, rows: batchSize), model, options, after: recent, seed: seed)
    }
    begin(firstText: 0)
  }

  /// Begins `batchSize` other texts, numbered from `firstText`.
  public func begin(firstText: Int) {
    precondition(firstText >= 0, "texts are numbered from 0")
    for rows in draws { rows.begin(firstText: firstText) }
    step.copyState(from: promptStep)
    step.characters.update(repeating: lastOfPrompt)
  }

  /// Draws the next character of every text.
  ///
  /// - Returns: The characters, in the order of the texts.
  @discardableResult
  public func advance() -> [Int32] {
    step.advance { [draws, step] thread in draws[thread].draw(from: step) }
    return Array(step.characters)
  }
}

/// The draws for the rows of one thread.
private final class RowDraws {
  private let rows: Range<Int>
  private let characterDraw: CharacterDraw
  private let seed: UInt64
  private let recentInPrompt: RecentCharacters
  private let remembers: Bool
  private var recent: [RecentCharacters] = []
  private var randoms: [RandomGenerator] = []

  init(
    _ rows: Range<Int>, _ model: LanguageModel, _ options: SamplingOptions, after recent: RecentCharacters,
    seed: UInt64
  ) {
    self.rows = rows
    characterDraw = CharacterDraw(model, options)
    recentInPrompt = recent
    remembers = options.memory > 0
    self.seed = seed
  }

  /// Begins new texts, each with its own random stream.
  func begin(firstText: Int) {
    if remembers { recent = rows.map { _ in recentInPrompt } }
    randoms = rows.map { RandomGenerator(seed: seed, stream: UInt64(firstText + $0)) }
  }

  /// Draws the next characters and stores them as the inputs of the next step.
  func draw(from step: GenerationStep) {
    let characters = step.characters
    for (index, row) in rows.enumerated() {
      characters[row] = characterDraw.draw(
        row: row, of: step.workspace, after: remembers ? recent[index] : nil, using: &randoms[index])
      if remembers { recent[index].append(characters[row]) }
    }
  }
}
