internal import KernelTemplates
public import MessagePassing

/// A single pass over a text, chunk by chunk, that computes the cross-entropy of each character.
public protocol ScoringPass: AnyObject {
  /// The number of predicted characters: all but the first; for records, all and an end mark for each record.
  var countedCharacters: Int { get }
  /// The fraction of the pass that is done, from 0 to 1.
  var fractionDone: Double { get }

  /// Returns the cross-entropies of the next characters in nats, or nil at the end of the text.
  ///
  /// With one stream they are in reading order; with several (step, stream), and zero for characters that do not count.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  func next() throws(CorpusError) -> [Float]?
}

/// An evaluation pass with fixed weights.
public final class EvaluationPass: ScoringPass {
  /// The number of time steps in a chunk, which does not affect the loss.
  static let chunkLength = 32

  public var countedCharacters: Int { streams.countedCharacters }
  public var fractionDone: Double { streams.fractionRead }

  private let model: LanguageModel
  private let streams: ValidationStreams
  private let share: StreamShare
  private let workspace: Workspace
  private let executor: ParallelExecutor
  private var chunk = Chunk()

  /// Creates a pass over the characters of `range`.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - corpus: The text, in the token IDs of the model.
  ///   - range: The range of characters to read.
  ///   - streamCount: The number of streams; nil for the default of validation. One stream is a continuous pass in
  ///     reading order. The mean loss of several streams differs from that by less than 1e-4 nats. Each stream starts
  ///     in the state at the start of a line.
  ///   - threadCount: The number of threads; the results do not depend on it.
  public convenience init(
    _ model: LanguageModel, corpus: Corpus, range: Range<Int>, streamCount: Int? = nil, threadCount: Int
  ) {
    let streams = ValidationStreams(
      corpus: corpus, range: range, chunkLength: Self.chunkLength, streamCount: streamCount)
    self.init(
      model, streams, StreamShare(processes: SingleProcess(), streamCount: streams.batchSize),
      Self.makeWorkspace(model.configuration, for: streams), threadCount: threadCount)
  }

  /// Creates a pass over a part of a corpus: each range of characters or each record separately.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - corpus: The text, in the token IDs of the model.
  ///   - part: The part of the corpus.
  ///   - streamCount: The maximum number of streams; nil for the default of validation, 1 for reading order.
  ///   - threadCount: The number of threads; the results do not depend on it.
  ///   - processes: The processes that share the streams; all of them get the cross-entropies of all streams.
  /// - Throws: For records, `CorpusError.readFailed` or `.changed`.
  public convenience init(
    _ model: LanguageModel, corpus: Corpus, part: CorpusPart, streamCount: Int? = nil, threadCount: Int,
    processes: any ProcessGroup = SingleProcess()
  ) throws(CorpusError) {
    let streams = try ValidationStreams(
      corpus: corpus, part: part, chunkLength: Self.chunkLength, streamCount: streamCount)
    let share = StreamShare(processes: processes, streamCount: streams.batchSize)
    streams.keep(share.own)
    self.init(
      model, streams, share, Self.makeWorkspace(model.configuration, for: streams), threadCount: threadCount)
  }

  /// - Parameters:
  ///   - streams: The streams of this process.
  ///   - workspace: A workspace for this number of streams; its contents are overwritten.
  init(
    _ model: LanguageModel, _ streams: ValidationStreams, _ share: StreamShare, _ workspace: Workspace,
    threadCount: Int
  ) {
    self.model = model
    self.streams = streams
    self.share = share
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
    let isOver = try share.processes.agree { () throws(CorpusError) in try streams.next(into: &chunk) ? 0 : 1 }
    guard isOver[0] == 0 else { return nil }
    workspace.load(chunk)
    let pass = RecurrentPass(model.network, workspace, stepCount: chunk.stepCount)
    executor.runOnShares(of: 0..<workspace.batchSize) { rows in
      let share = PassShare(rows: rows)
      pass.forward(share)
      pass.computeLosses(scale: 0, share)
    }
    workspace.carryState(afterSteps: chunk.stepCount)
    return share.gather(model.losses(workspace, of: chunk), stepCount: chunk.stepCount)
  }
}

extension LanguageModel {
  /// Initializes every row to the start of a line: the state after reading a line feed from a zero state.
  ///
  /// A stream can start with any character, even within a word, which training has almost never seen. After a zero
  /// state alone, a rare character can drive a model into a state from which it never recovers.
  func beginLines(in workspace: Workspace) {
    workspace.resetState()
    guard let lineFeed = vocabulary.newlineID else { return }
    workspace.load(inputs: [Int32](repeating: lineFeed, count: workspace.batchSize))
    RecurrentPass(network, workspace, stepCount: 1).forward(PassShare(rows: 0..<workspace.batchSize))
    workspace.carryState(afterSteps: 1)
  }
}

extension Workspace {
  func load(_ chunk: Chunk) {
    load(inputs: chunk.inputs, targets: chunk.targets, sequenceStarts: chunk.sequenceStarts)
  }

}

extension LanguageModel {
  /// Returns the cross-entropies of a chunk. A character that is read as the unknown symbol costs its share of it.
  /// (step, batch)
  func losses(_ workspace: Workspace, of chunk: Chunk) -> [Float] {
    var losses = Array(workspace.losses[0..<chunk.stepCount * chunk.batchSize])
    chargeFolding(to: &losses, targets: chunk.targets)
    return losses
  }

  /// Adds to the cross-entropies of the unknown symbol what the choice among the folded characters costs.
  func chargeFolding(to losses: inout [Float], targets: [Int32]) {
    guard let unknown = vocabulary.unknownID else { return }
    let nats = Float(vocabulary.natsOfFolding)
    for index in losses.indices where targets[index] == unknown { losses[index] += nats }
  }
}
