public import MessagePassing

/// An evaluation of models on held-out text, with its own state, separate from that of training.
public final class Evaluation {
  private let streams: ValidationStreams
  private let share: StreamShare
  private let workspace: Workspace
  /// The mean length of each vocabulary entry in bytes.
  private let byteCounts: [Double]
  /// The number of predicted characters; zero if the text has fewer than two characters.
  public var countedCharacters: Int { streams.countedCharacters }

  /// The fraction of the text that the last computation has read, from 0 to 1.
  var fractionDone: Double { streams.fractionRead }

  /// Creates an evaluation on the characters of `range`, with buffers for models of this configuration.
  public convenience init(_ configuration: ModelConfiguration, corpus: Corpus, range: Range<Int>) {
    self.init(
      configuration, corpus,
      ValidationStreams(corpus: corpus, range: range, chunkLength: EvaluationPass.chunkLength), SingleProcess())
  }

  /// Creates an evaluation on a part of a corpus: each range of characters or each record separately.
  ///
  /// - Parameters:
  ///   - configuration: The sizes of the models.
  ///   - corpus: The text, in the token IDs of the models.
  ///   - part: The part of the corpus.
  ///   - processes: The processes that share the streams of the text; all of them get the same loss.
  /// - Throws: For records, `CorpusError.readFailed` or `.changed`.
  public convenience init(
    _ configuration: ModelConfiguration, corpus: Corpus, part: CorpusPart, processes: any ProcessGroup = SingleProcess()
  ) throws(CorpusError) {
    self.init(
      configuration, corpus,
      try ValidationStreams(corpus: corpus, part: part, chunkLength: EvaluationPass.chunkLength), processes)
  }

  private init(
    _ configuration: ModelConfiguration, _ corpus: Corpus, _ streams: ValidationStreams, _ processes: any ProcessGroup
  ) {
    byteCounts = corpus.byteCounts
    share = StreamShare(processes: processes, streamCount: streams.batchSize)
    streams.keep(share.own)
    self.streams = streams
    workspace = EvaluationPass.makeWorkspace(configuration, for: streams)
  }

  /// Computes the mean cross-entropy in nats per character.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - threadCount: The number of threads; the results do not depend on it.
  ///   - isCancelled: Called after each chunk; evaluation stops if it returns true.
  /// - Returns: Nil if the evaluation was cancelled.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func loss(
    of model: LanguageModel, threadCount: Int, isCancelled: () -> Bool = { false }
  ) throws(CorpusError) -> Double? {
    streams.restart()
    let pass = EvaluationPass(model, streams, share, workspace, threadCount: threadCount)
    var sum = 0.0
    while let losses = try pass.next() {
      if share.processes.leaderDecides(isCancelled) { return nil }
      sum += losses.reduce(0.0) { $0 + Double($1) }
    }
    return sum / Double(countedCharacters)
  }

  /// Computes the mean length of the predicted characters in bytes.
  func bytesPerCharacter() throws(CorpusError) -> Double {
    streams.restart()
    let sums = try share.processes.agree { () throws(CorpusError) in
      var chunk = Chunk()
      var byteCount = 0.0
      while try streams.next(into: &chunk) {
        for target in chunk.targets where target != Chunk.ignoredTarget { byteCount += byteCounts[Int(target)] }
      }
      return Int(byteCount.rounded())
    }
    return Double(sums.reduce(0, +)) / Double(countedCharacters)
  }
}

extension LanguageModel {
  /// Computes the mean cross-entropy of a text in nats per character, without the first one.
  ///
  /// - Parameters:
  ///   - corpus: The text, with the model's vocabulary; see
  ///     ``Corpus/init(sources:vocabulary:malformedUTF8:leavesOutUnknown:)``.
  ///   - threadCount: The number of threads; the results do not depend on it.
  /// - Returns: Nil if the text has fewer than two characters.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func loss(on corpus: Corpus, threadCount: Int = Machine.availableCPUs) throws(CorpusError) -> Double? {
    precondition(vocabulary == corpus.vocabulary, "the text is in the ids of another vocabulary")
    let evaluation = Evaluation(configuration, corpus: corpus, range: 0..<corpus.characterCount)
    return evaluation.countedCharacters > 0 ? try evaluation.loss(of: self, threadCount: threadCount) : nil
  }
}
