/// Measures the loss of a model on held-out text. It has its own state and never touches that of training.
public final class Evaluation {
  /// Steps at a time. Any number gives the same loss.
  static let chunkLength = 32

  private let streams: () -> ValidationStreams
  private let workspace: Workspace
  private var chunk = Chunk()
  /// Characters that are predicted; none if the text has fewer than two characters.
  public let countedCharacters: Int

  public init(_ configuration: ModelConfiguration, corpus: Corpus, range: Range<Int>) {
    streams = { ValidationStreams(corpus: corpus, range: range, chunkLength: Self.chunkLength) }
    let first = streams()
    countedCharacters = first.countedCharacters
    workspace = Workspace(
      configuration, batchSize: max(1, first.batchSize), stepCapacity: Self.chunkLength, purpose: .inference)
  }

  /// The mean cross-entropy in nats per character.
  ///
  /// - Parameter isCancelled: Asked after each chunk.
  /// - Returns: Nil if it was cancelled.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func loss(
    of model: LanguageModel, threadCount: Int, isCancelled: () -> Bool = { false }
  ) throws(CorpusError) -> Double? {
    let streams = streams()
    let executor = ParallelExecutor(threadCount: min(threadCount, workspace.batchSize))
    var sum = 0.0
    workspace.resetState()
    while try streams.next(into: &chunk) {
      if isCancelled() { return nil }
      chunk.inputs.withUnsafeBufferPointer { inputs in
        chunk.targets.withUnsafeBufferPointer { targets in
          guard let inputs = inputs.baseAddress, let targets = targets.baseAddress else { return }
          let pass = RecurrentPass(
            kernels: model.kernels, layout: model.layout, parameters: model.parameters, transposes: nil,
            workspace: workspace, characters: inputs, stepCount: chunk.stepCount)
          executor.runOnEachThread { thread in
            let rows = rowShare(thread, of: executor.threadCount, rows: workspace.batchSize)
            pass.forward(rows: rows)
            pass.computeLosses(targets: targets, scale: 0, rows: rows)
          }
        }
      }
      sum += workspace.losses.elements.prefix(chunk.stepCount * chunk.batchSize).reduce(0.0) { $0 + Double($1) }
      workspace.carryState(afterSteps: chunk.stepCount)
    }
    return sum / Double(countedCharacters)
  }
}
