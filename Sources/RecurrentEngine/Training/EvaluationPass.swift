internal import KernelTemplates

/// Goes over a text once, a chunk at a time, and tells what each character costs.
public protocol ScoringPass: AnyObject {
  /// Characters that are predicted: all but the first, or all of lines and an end mark of each.
  var countedCharacters: Int { get }
  /// How far the pass is, from 0 to 1.
  var fractionDone: Double { get }

  /// The cross-entropies of the next characters in nats, or nil at the end of the text.
  ///
  /// They are in reading order where there is one stream. With several they are (step, stream), and those that do not
  /// count are zero.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  func next() throws(CorpusError) -> [Float]?
}

/// A pass with weights that stay as they are.
public final class EvaluationPass: ScoringPass {
  /// Steps at a time. Any number gives the same loss.
  static let chunkLength = 32

  public var countedCharacters: Int { streams.countedCharacters }
  public var fractionDone: Double { streams.fractionRead }

  private let model: LanguageModel
  private let streams: ValidationStreams
  private let workspace: Workspace
  private let executor: ParallelExecutor
  private var chunk = Chunk()

  /// - Parameters:
  ///   - streamCount: Into how many streams the text is cut; nil for as many as validation has. One stream is one
  ///     continuous pass, which others agree with to 1e-4 in the mean. Each begins as a line does.
  public convenience init(
    _ model: LanguageModel, corpus: Corpus, range: Range<Int>, streamCount: Int? = nil, threadCount: Int
  ) {
    let streams = ValidationStreams(
      corpus: corpus, range: range, chunkLength: Self.chunkLength, streamCount: streamCount)
    self.init(
      model, streams, Self.makeWorkspace(model.configuration, for: streams), threadCount: threadCount)
  }

  /// - Parameter streamCount: How many streams at most; nil for as many as validation has. With one, characters come in
  ///   reading order.
  /// - Throws: Of lines, `CorpusError.readFailed` or `.changed`.
  public convenience init(
    _ model: LanguageModel, corpus: Corpus, part: CorpusPart, streamCount: Int? = nil, threadCount: Int
  ) throws(CorpusError) {
    let streams = try ValidationStreams(
      corpus: corpus, part: part, chunkLength: Self.chunkLength, streamCount: streamCount)
    self.init(
      model, streams, Self.makeWorkspace(model.configuration, for: streams), threadCount: threadCount)
  }

  /// - Parameter workspace: Made for as many streams; what it holds is of no importance.
  init(_ model: LanguageModel, _ streams: ValidationStreams, _ workspace: Workspace, threadCount: Int) {
    self.model = model
    self.streams = streams
    self.workspace = workspace
    executor = ParallelExecutor(threadCount: min(threadCount, workspace.batchSize))
    model.beginLines(in: workspace)
  }

  static func makeWorkspace(_ configuration: ModelConfiguration, for streams: ValidationStreams) -> Workspace {
    Workspace(
      configuration, batchSize: max(1, streams.batchSize), stepCapacity: Self.chunkLength, purpose: .inference,
      holdsSequences: streams.holdsSequences)
  }

  public func next() throws(CorpusError) -> [Float]? {
    guard try streams.next(into: &chunk) else { return nil }
    workspace.load(chunk)
    let pass = RecurrentPass(model.network, workspace, stepCount: chunk.stepCount)
    executor.runOnShares(of: 0..<workspace.batchSize) { rows in
      pass.forward(rows: rows)
      pass.computeLosses(scale: 0, rows: rows)
    }
    workspace.carryState(afterSteps: chunk.stepCount)
    return workspace.losses(of: chunk)
  }
}

extension LanguageModel {
  /// Lets every row begin as lines do: with what a line feed leaves of a zero state.
  ///
  /// Training has hardly ever seen what a stream begins with here, some character in the middle of a word. After a zero
  /// state alone, a rare one can leave a model in a state from which it never finds back.
  func beginLines(in workspace: Workspace) {
    workspace.resetState()
    guard let lineFeed = vocabulary.newlineID else { return }
    workspace.load(inputs: [Int32](repeating: lineFeed, count: workspace.batchSize))
    RecurrentPass(network, workspace, stepCount: 1).forward(rows: 0..<workspace.batchSize)
    workspace.carryState(afterSteps: 1)
  }
}

extension Workspace {
  func load(_ chunk: Chunk) {
    load(inputs: chunk.inputs, targets: chunk.targets, sequenceStarts: chunk.sequenceStarts)
  }

  /// (step, batch)
  func losses(of chunk: Chunk) -> [Float] { Array(losses[0..<chunk.stepCount * chunk.batchSize]) }
}
