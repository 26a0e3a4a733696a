/// Trains a model on a corpus: streams and epochs, validation, and the best parameters so far.
///
/// It prints nothing and decides nothing. A program calls ``advance(learningRate:)`` step by step, and
/// ``validate(isCancelled:)``, ``selectedCheckpoint()`` and ``save(to:arguments:)`` when it likes.
public final class Trainer {
  /// What decides the run, fitted to the corpus.
  public private(set) var configuration: TrainingConfiguration
  /// Threads that compute.
  public let threadCount: Int
  /// The parameters as they are now.
  public let model: LanguageModel
  /// All updates of the run, on which the learning rate may depend; see ``LearningRateSchedule``.
  public var horizon = Int.max
  /// Where the run stands.
  public internal(set) var progress = TrainingProgress()

  let corpus: CorpusFingerprint
  /// The characters of each text, where some are held out as a whole.
  let textLengths: [Int]?
  /// What a generated text begins after where there is no prompt.
  public let startCharacter: Int32
  let streams: TrainingStreams
  let chunkTrainer: ChunkTrainer
  /// Of the parameters over the updates; nil where they are taken as they are.
  private(set) var average: WeightAverage?
  /// The parameters that are validated and kept.
  let validatedModel: LanguageModel
  /// A copy of the best in validation.
  var bestModel: LanguageModel?
  private let evaluation: Evaluation?
  private let testEvaluation: Evaluation?
  private var chunk = Chunk()

  /// Trains a new model: divides the text as the configuration says, and takes fewer streams or shorter chunks where it
  /// is short.
  ///
  /// - Throws: `CorpusError.tooShort` if there are not even two characters, or no line, to train on;
  ///   `KernelSelectionError`.
  public convenience init(
    corpus: Corpus, configuration: TrainingConfiguration, threadCount: Int = Machine.availableCPUs
  ) throws {
    let (fitted, split) = try configuration.fitted(to: corpus)
    try self.init(corpus: corpus, split: split, configuration: fitted, threadCount: threadCount)
  }

  /// - Parameter configuration: Must fit the corpus; see ``TrainingConfiguration/fitted(to:)``.
  /// - Throws: `CorpusError` if there is too little text; `KernelSelectionError`.
  public convenience init(
    corpus: Corpus, split: CorpusSplit, configuration: TrainingConfiguration, threadCount: Int
  ) throws {
    let model = try LanguageModel(
      configuration.modelConfiguration(vocabularySize: corpus.vocabulary.count), vocabulary: corpus.vocabulary,
      initialization: configuration.initialization)
    try self.init(corpus: corpus, split: split, configuration: configuration, model: model, threadCount: threadCount)
  }

  /// Starts from the parameters of a model, whose vocabulary must be the corpus's.
  public init(
    corpus: Corpus, split: CorpusSplit, configuration: TrainingConfiguration, model: LanguageModel, threadCount: Int
  ) throws(CorpusError) {
    precondition(model.vocabulary == corpus.vocabulary, "the model is of another vocabulary")
    self.configuration = configuration
    self.threadCount = threadCount
    self.model = model
    self.corpus = corpus.fingerprint
    textLengths = corpus.textLengths(configuration.division)
    startCharacter = corpus.startCharacter
    streams = try TrainingStreams(
      corpus: corpus, part: split.training, batchSize: configuration.batchSize,
      chunkLength: configuration.chunkLength, seed: configuration.initialization.seed)
    chunkTrainer = ChunkTrainer(
      model, optimizer: configuration.optimizer, clip: configuration.clip,
      regularization: configuration.regularization, seed: configuration.initialization.seed,
      batchSize: configuration.batchSize, chunkLength: configuration.chunkLength,
      holdsSequences: streams.holdsSequences, threadCount: threadCount)
    average = configuration.averageDecay.map { WeightAverage(of: model.parameters, decay: $0) }
    validatedModel = average.map { LanguageModel(model, parameters: $0.parameters) } ?? model
    func evaluation(_ part: CorpusPart) throws(CorpusError) -> Evaluation? {
      part.isEmpty ? nil : try Evaluation(model.configuration, corpus: corpus, part: part)
    }
    self.evaluation = try evaluation(split.validation)
    testEvaluation = try evaluation(split.test)
  }

  /// Of the whole text.
  public var characterCount: Int { corpus.characterCount }
  /// Calls of ``advance(learningRate:)`` for one pass over the training part.
  public var stepsPerEpoch: Int { streams.chunksPerEpoch }
  /// Characters that are predicted in one pass over the training part.
  public var charactersPerEpoch: Int { streams.charactersPerEpoch }
  /// Whether there is text to validate on.
  public var canValidate: Bool { evaluation != nil }
  /// Characters that are predicted in validation.
  public var validationCharacterCount: Int { evaluation?.countedCharacters ?? 0 }
  /// Characters that are predicted in the last test.
  public var testCharacterCount: Int { testEvaluation?.countedCharacters ?? 0 }
  /// Passes over the training part so far.
  public var epoch: Double { epoch(atStep: progress.step) }
  /// Where the time of training has gone until now.
  public var phaseTimes: ChunkTrainer.PhaseTimes { chunkTrainer.phaseTimes }
  /// Whether the model can still learn: an update can be so large that parameters are no finite numbers after it.
  public var hasFiniteParameters: Bool { chunkTrainer.hasFiniteParameters }
  /// The learning rate of the next step.
  public var learningRate: Double { configuration.optimizer.learningRate * rateFactor }

  private var rateFactor: Double {
    progress.rateFactor
      * configuration.schedule.factor(step: progress.step, horizon: horizon, epoch: progress.step / stepsPerEpoch)
  }

  /// Ends a run whose length was not known with a decay of its learning rate that begins now, so that the run is the same
  /// as one that was given both lengths from the start.
  public func decay(over stepCount: Int) {
    precondition(stepCount > 0, "a decay has at least one step")
    configuration.schedule.decaySteps = stepCount
    horizon = progress.step + stepCount
  }

  func epoch(atStep step: Int) -> Double {
    Double(step / stepsPerEpoch) + Double(step % stepsPerEpoch) / Double(stepsPerEpoch)
  }

  /// Reads the next chunk and learns from it.
  ///
  /// If the loss or the gradient is no finite number, nothing is learned: the learning rate is halved, and training goes
  /// on behind the chunk.
  ///
  /// - Parameter learningRate: The rate of this step, whatever the configuration says; nil for ``learningRate``.
  /// - Throws: `CorpusError.readFailed` or `.changed`; the model is then as before.
  @discardableResult
  public func advance(learningRate: Double? = nil) throws(CorpusError) -> ChunkTrainer.Update {
    try streams.next(into: &chunk)
    let update = chunkTrainer.update(
      chunk, rateFactor: learningRate.map { $0 / configuration.optimizer.learningRate } ?? rateFactor)
    progress.step += 1
    if update.isFinite {
      average?.add(
        model.parameters, updateCount: progress.updateCount + 1, executor: chunkTrainer.executor)
      progress.characterCount += update.countedCharacters
      progress.updateCount += 1
      progress.undoneInARow = 0
      progress.interval.add(update)
    } else {
      progress.rateFactor /= 2
      progress.undoneInARow += 1
    }
    return update
  }

  /// Measures the loss on the held-out part, in nats per character, and keeps the parameters if it is the best so
  /// far. Where the parameters are averaged, it is the average.
  ///
  /// - Parameter isCancelled: Asked now and then; measuring ends when it says so.
  /// - Returns: Nil if nothing is held out, or if it was cancelled.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  @discardableResult
  public func validate(isCancelled: () -> Bool = { false }) throws(CorpusError) -> Double? {
    guard
      let loss = try evaluation?.loss(of: validatedModel, threadCount: threadCount, isCancelled: isCancelled)
    else { return nil }
    if loss < progress.best?.loss ?? .infinity {
      progress.best = .init(loss: loss, step: progress.step)
      progress.validationsSinceBest = 0
      keep(validatedModel.parameters)
    } else {
      progress.validationsSinceBest += 1
      let schedule = configuration.schedule
      if schedule.kind == .plateau, progress.validationsSinceBest % schedule.decayEvery == 0,
        progress.rateFactor > 1e-6
      {
        progress.rateFactor *= schedule.decayRate
      }
    }
    return loss
  }

  /// Measures the loss of the selected model on what is held out for a last test, in nats per character.
  ///
  /// - Parameter isCancelled: Asked now and then; measuring ends when it says so.
  /// - Returns: Nil if nothing is held out for it, or if it was cancelled.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func testLoss(isCancelled: () -> Bool = { false }) throws(CorpusError) -> Double? {
    try testEvaluation?.loss(of: selectedModel, threadCount: threadCount, isCancelled: isCancelled)
  }

  /// How many bytes of UTF-8 a held-out character has in the mean, by which losses of different units are compared.
  ///
  /// - Returns: Not-a-number where nothing is held out.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func validationBytesPerCharacter() throws(CorpusError) -> Double {
    try evaluation?.bytesPerCharacter(vocabulary: model.vocabulary) ?? .nan
  }

  /// The same of what is held out for a last test.
  public func testBytesPerCharacter() throws(CorpusError) -> Double {
    try testEvaluation?.bytesPerCharacter(vocabulary: model.vocabulary) ?? .nan
  }

  /// Makes these parameters the best.
  func keep(_ parameters: FloatBuffer) {
    if bestModel == nil { bestModel = LanguageModel(copying: model) }
    bestModel?.parameters.copy(from: parameters)
  }

  /// Starts a new interval of the loss curve, and with it whatever is due later.
  public func endReport() {
    progress.lastReport = .init(step: progress.step, trainingLoss: progress.interval.loss)
    progress.interval = TrainingProgress.Interval()
    progress.isReportDue = false
  }

  /// Notes that what is due after this step is still to be done.
  public func beginReport() { progress.isReportDue = true }

  /// The model with the best loss in validation, or the newest where there was no validation.
  public var selectedModel: LanguageModel { bestModel ?? validatedModel }
}
