public import MessagePassing

/// The training of a model on a corpus: streams and epochs, validation, and the best parameters so far.
///
/// A trainer prints nothing and makes no decisions. A program calls ``advance(learningRate:)`` step by step, and
/// ``validate(isCancelled:)``, ``selectedCheckpoint(arguments:)`` and ``save(to:arguments:secondsSpent:)`` at any time.
public final class Trainer {
  /// The configuration that determines the run, fitted to the corpus.
  public private(set) var configuration: TrainingConfiguration
  /// The number of threads in use: fewer than requested if the system cannot create as many.
  public let threadCount: Int
  /// The model with its current parameters.
  public let model: LanguageModel
  /// The total number of steps in the run, on which the learning rate may depend; see ``LearningRateSchedule``. Nil as
  /// long as it is unknown.
  public var horizon: Int?
  /// The checksum of the checkpoint whose weights the run began with, to be stored in checkpoints of the run; nil for
  /// random weights.
  public var initialChecksum: String?
  /// The training progress.
  public internal(set) var progress = TrainingProgress()

  let corpus: CorpusFingerprint
  /// The number of characters of each text, if some are held out as a whole.
  let textLengths: [Int]?
  /// The start character of generation without a prompt.
  public let startCharacter: Int32
  let streams: TrainingStreams
  let chunkTrainer: ChunkTrainer
  private(set) var average: WeightAverage?
  /// The newest model in the form that is validated and saved: the average of its weights, if there is one.
  public let validatedModel: LanguageModel
  /// A copy of the model with the lowest validation loss.
  var bestModel: LanguageModel?
  /// The initial model until there is a best one; nil if the configuration determines its parameters.
  var initialModel: LanguageModel?
  /// The initial output bias; nil for zeros.
  let initialOutputBias: [Float]?
  let evaluation: Evaluation?
  let testEvaluation: Evaluation?
  let processes: any ProcessGroup
  var chunk = Chunk()

  /// Creates a trainer of a new model, with the configuration ``TrainingConfiguration/fitted(to:)`` the corpus.
  ///
  /// - Throws: `CorpusError.tooShort` if the training set has fewer than two characters, or no record;
  ///   `MemoryError`; `KernelSelectionError`.
  public convenience init(
    corpus: Corpus, configuration: TrainingConfiguration, threadCount: Int = Machine.availableCPUs
  ) throws {
    let (fitted, split) = try configuration.fitted(to: corpus)
    try self.init(corpus: corpus, split: split, configuration: fitted, threadCount: threadCount)
  }

  /// Creates a trainer of a new model, with a given split of the corpus.
  ///
  /// - Parameters:
  ///   - corpus: The text to train on.
  ///   - split: The training, validation and test sets.
  ///   - configuration: A configuration that fits the corpus; see ``TrainingConfiguration/fitted(to:)``.
  ///   - threadCount: The number of threads; the results do not depend on it.
  ///   - processes: The processes that share the rows of each mini-batch; the results do not depend on their number.
  /// - Throws: `CorpusError` if there is too little text; `MemoryError`; `KernelSelectionError`.
  public convenience init(
    corpus: Corpus, split: CorpusSplit, configuration: TrainingConfiguration, threadCount: Int,
    processes: any ProcessGroup = SingleProcess()
  ) throws {
    try MemoryEstimate.check(
      configuration.memoryEstimate(
        vocabularySize: corpus.vocabulary.count, threadCount: threadCount, processCount: processes.count))
    let model = try LanguageModel(
      configuration.modelConfiguration(vocabularySize: corpus.vocabulary.count), vocabulary: corpus.vocabulary)
    try self.init(
      corpus: corpus, split: split, configuration: configuration, model: model, threadCount: threadCount,
      processes: processes)
    initialModel = nil
    configuration.initialization.initialize(model.network, outputBias: initialOutputBias)
    average?.parameters.copy(from: model.parameters)
  }

  /// Creates a trainer that starts from the parameters of a model, whose vocabulary must be the corpus's.
  ///
  /// - Parameters:
  ///   - corpus: The text to train on.
  ///   - split: The training, validation and test sets.
  ///   - configuration: The settings of the run.
  ///   - model: The model.
  ///   - threadCount: The number of threads; the results do not depend on it.
  ///   - availableMemory: The bytes that may be allocated; nil if unknown.
  ///   - processes: The processes that share the rows of each mini-batch; the results do not depend on their number.
  /// - Throws: `MemoryError`; `CorpusError` if there is too little text.
  public init(
    corpus: Corpus, split: CorpusSplit, configuration: TrainingConfiguration, model: LanguageModel, threadCount: Int,
    availableMemory: Int? = Machine.availableMemory, processes: any ProcessGroup = SingleProcess()
  ) throws {
    precondition(model.vocabulary == corpus.vocabulary, "the model is of another vocabulary")
    precondition(configuration.allows(processCount: processes.count), "there are fewer shards than processes")
    var estimate = configuration.memoryEstimate(
      vocabularySize: corpus.vocabulary.count, threadCount: threadCount, processCount: processes.count)
    // The model is there already.
    estimate?.parameterBytes -= model.parameters.count * MemoryLayout<Float>.stride
    try MemoryEstimate.check(estimate, available: availableMemory)
    self.configuration = configuration
    self.processes = processes
    self.model = model
    initialModel = LanguageModel(copying: model)
    self.corpus = corpus.fingerprint
    textLengths = corpus.textLengths(configuration.division)
    startCharacter = corpus.startCharacter
    streams = try TrainingStreams(
      corpus: corpus, part: split.training, batchSize: configuration.batchSize,
      chunkLength: configuration.chunkLength, seed: configuration.initialization.seed)
    initialOutputBias =
      configuration.initialization.outputBias == .frequencies
      ? try streams.logarithmsOfFrequencies(vocabularySize: corpus.vocabulary.count) : nil
    chunkTrainer = ChunkTrainer(
      model, optimizer: configuration.optimizer, clip: configuration.clip,
      regularization: configuration.regularization, seed: configuration.initialization.seed,
      batchSize: configuration.batchSize, shardCount: configuration.shardCount,
      chunkLength: configuration.chunkLength, holdsSequences: streams.holdsSequences, threadCount: threadCount,
      processes: processes)
    streams.keep(chunkTrainer.rows)
    self.threadCount = chunkTrainer.executor.threadCount
    average = configuration.averageDecay.map { WeightAverage(of: model.parameters, decay: $0) }
    validatedModel = average.map { LanguageModel(model, parameters: $0.parameters) } ?? model
    func evaluation(_ part: CorpusPart) throws(CorpusError) -> Evaluation? {
      part.isEmpty ? nil : try Evaluation(model.configuration, corpus: corpus, part: part, processes: processes)
    }
    self.evaluation = try evaluation(split.validation)
    testEvaluation = try evaluation(split.test)
  }

  /// The number of characters in the whole text.
  public var characterCount: Int { corpus.characterCount }
  /// The number of steps, or calls of ``advance(learningRate:)``, per epoch.
  public var stepsPerEpoch: Int { streams.chunksPerEpoch }
  /// The number of characters predicted per epoch.
  public var charactersPerEpoch: Int { streams.charactersPerEpoch }
  /// The records of the training set that are cut into pieces; nil if there are none.
  public var cutRecords: CutRecords? { streams.cutRecords }
  /// Whether there is a validation set.
  public var canValidate: Bool { evaluation != nil }
  /// The number of characters predicted in validation.
  public var validationCharacterCount: Int { evaluation?.countedCharacters ?? 0 }
  /// The number of characters predicted in the final test.
  public var testCharacterCount: Int { testEvaluation?.countedCharacters ?? 0 }
  /// The number of epochs so far, including the fraction of the current one.
  public var epoch: Double { epoch(atStep: progress.step) }
  /// The training time spent in each phase so far.
  public var phaseTimes: ChunkTrainer.PhaseTimes { chunkTrainer.phaseTimes }
  /// Whether all parameters are finite. A very large update can make some infinite.
  public var hasFiniteParameters: Bool { chunkTrainer.hasFiniteParameters }
  /// The learning rate of the next step.
  public var learningRate: Double { configuration.optimizer.learningRate * rateFactor }

  private var rateFactor: Double { progress.rateFactor * scheduleFactor }

  /// The factor of the learning rate of the next step that the schedule prescribes.
  package var scheduleFactor: Double {
    configuration.schedule.factor(step: progress.step, horizon: horizon, epoch: progress.step / stepsPerEpoch)
  }

  /// Records in ``progress`` that the steps so far were for another horizon, if their learning rates were others.
  ///
  /// - Parameter earlier: The horizon of these steps; nil if it was unknown.
  public func recordLengthChange(from earlier: Int?) {
    let last = progress.step - 1
    guard last >= 0 else { return }
    let schedule = configuration.schedule
    let epoch = last / stepsPerEpoch
    // A rate that falls was the same before, if it is the same at the last step.
    guard
      schedule.factor(step: last, horizon: earlier, epoch: epoch)
        != schedule.factor(step: last, horizon: horizon, epoch: epoch)
    else { return }
    progress.lengthChangeStep = progress.step
  }

  /// Whether the run has reached its horizon.
  public var isAtHorizon: Bool { horizon.map { progress.step >= $0 } ?? false }

  /// Ends a run of unknown length with a learning-rate decay that begins now. The result is the same as if both lengths
  /// had been given from the start.
  public func decay(over stepCount: Int) {
    precondition(stepCount > 0, "a decay has at least one step")
    configuration.schedule.decaySteps = stepCount
    horizon = progress.step + stepCount
  }

  func epoch(atStep step: Int) -> Double {
    Double(step / stepsPerEpoch) + Double(step % stepsPerEpoch) / Double(stepsPerEpoch)
  }

  /// Reads the next chunk and trains on it.
  ///
  /// If the loss or the gradient is NaN or infinite, the step is skipped, and the learning rate is halved from then on.
  /// After the second such step in a row, training restarts from the best parameters, or from the initial ones before
  /// the first validation.
  ///
  /// - Parameter learningRate: The learning rate of this step, overriding the configuration; nil for ``learningRate``.
  /// - Throws: `CorpusError.readFailed` or `.changed`; the model is then unchanged.
  @discardableResult
  public func advance(learningRate: Double? = nil) throws(CorpusError) -> ChunkTrainer.Update {
    let factor = learningRate.map { $0 / configuration.optimizer.learningRate } ?? rateFactor
    announce(.advance, factor)
    return try advance(rateFactor: factor)
  }

  /// Takes one step together with the other processes.
  func advance(rateFactor: Double) throws(CorpusError) -> ChunkTrainer.Update {
    let countedCharacters = try readChunk()
    let update = chunkTrainer.update(chunk, countedCharacters: countedCharacters, rateFactor: rateFactor)
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
      if hasRestarted {
        progress.restartCount = (progress.restartCount ?? 0) + 1
        restart(from: restartParameters)
      }
    }
    return update
  }

  /// Records the report after this step, and starts a new interval of the loss curve.
  public func endReport() {
    progress.lastReport = .init(step: progress.step, trainingLoss: progress.interval.loss)
    progress.interval = TrainingProgress.Interval()
    progress.isReportDue = false
  }

  /// Marks the report after this step as pending.
  public func beginReport() { progress.isReportDue = true }

  /// The model with the lowest validation loss, or the newest if there was no validation.
  public var selectedModel: LanguageModel { bestModel ?? validatedModel }
}
