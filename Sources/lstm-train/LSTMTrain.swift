internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

@main
enum LSTMTrain {
  static func main() {
    Tool.run(trainCommand) { options, files in
      try reportingEngineErrors { try run(options, files: files) }
    }
  }

  /// Read the text, show what is to be trained, train, say where the result is.
  private static func run(_ options: TrainOptions, files: [String]) throws -> ExitStatus {
    guard !files.isEmpty else { throw UsageError.operands("give at least one text file, or - for standard input") }
    let asked = try options.trainingConfiguration()
    try checkMemory(asked, vocabularySize: 1)
    let output = TrainingOutput(isQuiet: options.isQuiet)

    let corpus = try Corpus(
      sources: files.map { $0 == "-" ? .standardInput : .file($0) }, unit: options.unit,
      maximumVocabulary: options.maximumVocabulary)
    output.describe(corpus, files: files)
    let (configuration, split) = try plan(asked, corpus, files: files, output)
    let model = configuration.modelConfiguration(vocabularySize: corpus.vocabulary.count)
    let need = try checkMemory(configuration, vocabularySize: corpus.vocabulary.count)
    output.describe(model, configuration, memory: need)

    if !options.isDryRun { try checkWritable([options.checkpoint, options.log]) }
    let trainer = try Trainer(
      corpus: corpus, split: split, configuration: configuration,
      threadCount: options.threads ?? Machine.availableCPUs)
    if options.isDryRun {
      try output.describeSpeed(of: trainer)
    } else {
      var loop = try TrainingLoop(options, trainer, startCharacter: corpus.startCharacter, output)
      try loop.run()
    }
    return .ok
  }

  /// Splits the text, and makes streams and chunks fit it.
  private static func plan(
    _ asked: TrainingConfiguration, _ corpus: Corpus, files: [String], _ output: TrainingOutput
  ) throws -> (TrainingConfiguration, CorpusSplit) {
    let name = files.joined(separator: ", ")
    guard corpus.vocabulary.count > 1 else {
      throw ToolError(
        .badData,
        "\(name): all \(NumberText.grouped(corpus.characterCount)) characters are the same; "
          + "there is nothing to learn from them")
    }
    guard
      let split = CorpusSplit(
        characterCount: corpus.characterCount, validationFraction: asked.validationFraction),
      let configuration = asked.fitted(toTrainingCharacters: split.training.count)
    else {
      throw ToolError(
        .badData,
        "\(name): too short, with \(corpus.characterCount) characters of which the first "
          + "\(NumberText.fixed(100 * (1 - asked.validationFraction), decimals: 0)) % are for training; "
          + "give more text or a lower --val-fraction")
    }
    if configuration.chunkLength < asked.chunkLength || configuration.batchSize < asked.batchSize {
      output.notice(
        "the text is short: training with --batch-size \(configuration.batchSize) "
          + "--seq-length \(configuration.chunkLength)")
    }
    if split.validation.count < 2 {
      output.notice("nothing is held out: there is no validation, and the newest model is kept")
    }
    return (configuration, split)
  }

  /// - Returns: The bytes that training will allocate.
  @discardableResult
  private static func checkMemory(_ configuration: TrainingConfiguration, vocabularySize: Int) throws -> MemoryEstimate
  {
    let estimate = MemoryEstimate(
      configuration.modelConfiguration(vocabularySize: vocabularySize), batchSize: configuration.batchSize,
      chunkLength: configuration.chunkLength, validationBatchSize: 64,
      momentCount: configuration.optimizer.kind.momentCount)
    let available = Machine.availableMemory ?? .max
    guard let estimate, estimate.totalBytes <= available else {
      let need = estimate.map { NumberText.byteSize($0.totalBytes) } ?? "more than can be addressed"
      throw ToolError(
        .usage,
        "training needs \(need) of memory, and \(NumberText.byteSize(available)) are available; "
          + "lower --hidden, --layers, --batch-size or --seq-length")
    }
    return estimate
  }
}
