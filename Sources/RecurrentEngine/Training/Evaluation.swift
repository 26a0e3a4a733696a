/// Measures the loss of a model on held-out text. It has its own state and never touches that of training.
public final class Evaluation {
  private let streams: ValidationStreams
  private let workspace: Workspace
  /// Characters that are predicted; none if the text has fewer than two characters.
  public var countedCharacters: Int { streams.countedCharacters }

  /// An evaluation on the characters of `range`, with what models of this shape need allocated once.
  public convenience init(_ configuration: ModelConfiguration, corpus: Corpus, range: Range<Int>) {
    self.init(
      configuration, ValidationStreams(corpus: corpus, range: range, chunkLength: EvaluationPass.chunkLength))
  }

  /// An evaluation on a part of a corpus: each range of characters or each line by itself.
  ///
  /// - Throws: Of lines, `CorpusError.readFailed` or `.changed`.
  public convenience init(
    _ configuration: ModelConfiguration, corpus: Corpus, part: CorpusPart
  ) throws(CorpusError) {
    self.init(
      configuration, try ValidationStreams(corpus: corpus, part: part, chunkLength: EvaluationPass.chunkLength))
  }

  private init(_ configuration: ModelConfiguration, _ streams: ValidationStreams) {
    self.streams = streams
    workspace = EvaluationPass.makeWorkspace(configuration, for: streams)
  }

  /// The mean cross-entropy in nats per character.
  ///
  /// - Parameter isCancelled: Asked after each chunk.
  /// - Returns: Nil if it was cancelled.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func loss(
    of model: LanguageModel, threadCount: Int, isCancelled: () -> Bool = { false }
  ) throws(CorpusError) -> Double? {
    streams.restart()
    let pass = EvaluationPass(model, streams, workspace, threadCount: threadCount)
    var sum = 0.0
    while let losses = try pass.next() {
      if isCancelled() { return nil }
      sum += losses.reduce(0.0) { $0 + Double($1) }
    }
    return sum / Double(countedCharacters)
  }

  /// The mean length of the predicted characters in bytes.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  func bytesPerCharacter(vocabulary: Vocabulary) throws(CorpusError) -> Double {
    let lengths = (0..<Int32(vocabulary.count)).map { vocabulary.bytes(of: $0).count }
    streams.restart()
    var chunk = Chunk()
    var byteCount = 0
    while try streams.next(into: &chunk) {
      for target in chunk.targets where target != Chunk.ignoredTarget { byteCount += lengths[Int(target)] }
    }
    return Double(byteCount) / Double(countedCharacters)
  }
}

extension LanguageModel {
  /// The mean cross-entropy of a text in nats per character, the first one not counted.
  ///
  /// - Parameter corpus: Must be in the ids of the model's vocabulary; see
  ///   ``Corpus/init(sources:vocabulary:malformedUTF8:leavesOutUnknown:dropsCarriageReturns:)``.
  /// - Returns: Nil if the text has fewer than two characters.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func loss(on corpus: Corpus, threadCount: Int = Machine.availableCPUs) throws(CorpusError) -> Double? {
    precondition(vocabulary == corpus.vocabulary, "the text is in the ids of another vocabulary")
    let evaluation = Evaluation(configuration, corpus: corpus, range: 0..<corpus.characterCount)
    return evaluation.countedCharacters > 0 ? try evaluation.loss(of: self, threadCount: threadCount) : nil
  }
}
