internal import CommandLineSupport
internal import GradientChecking
internal import RecurrentEngine
internal import ToolSupport

extension LSTMTrain {
  /// Sets gradients of the engine beside those of the model in scalar Double, and those beside slopes of its loss.
  ///
  /// - Returns: The status that a signal asks for, else success.
  /// - Throws: `ToolError` with status `diverged` if they do not agree; `CorpusError` if the text cannot be read any
  ///   more.
  static func checkGradients(
    of model: LanguageModel, on streams: TrainingStreams, threadCount: Int, _ options: TrainOptions,
    _ output: TrainingOutput
  ) throws -> ExitStatus {
    StopSignal.watch()
    var chunks = [Chunk(), Chunk()]
    try streams.next(into: &chunks[0])
    try streams.next(into: &chunks[1])
    // In a text of one batch there is nothing that the state could come from.
    if chunks[1].isFirstOfEpoch { chunks.removeLast() }
    let engine = try EngineGradients(of: model, on: chunks, threadCount: threadCount)
    let check = GradientCheck(engine, seed: options.seed) { fraction in
      output.update({ _ in StatusLine("checking gradients") }, fraction: fraction, at: secondsNow())
      return StopSignal.status == nil
    }
    output.clear()
    if let status = StopSignal.status { return status }
    if !options.isQuiet {
      try OutputDescriptor.standardOutput.write(GradientReport(check).lines.map { $0 + "\n" }.joined())
    }
    if let failure = GradientReport(check).failure { throw ToolError(.diverged, failure) }
    return .ok
  }
}
