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
    try checkOperands(files)
    let asked = try options.trainingConfiguration()
    // What can be found wrong without the text is found before a long text is read.
    try checkMemory(asked, vocabularySize: 1)
    try checkDistinct(checkpoint: options.checkpoint, log: options.log, texts: files)
    if !options.isDryRun { try checkWritable(checkpoint: options.checkpoint, log: options.log) }
    _ = try KernelSelection.current.get()
    let output = TrainingOutput(isQuiet: options.isQuiet)

    let corpus = try Corpus(
      sources: files.map { $0 == "-" ? .standardInput : .file($0) }, unit: options.unit,
      malformedUTF8: options.malformedUTF8, maximumVocabulary: options.maximumVocabulary)
    output.describe(corpus, files: files)
    if let malformed = corpus.malformed { output.describe(malformed, options.malformedUTF8) }
    let (configuration, split) = try plan(asked, corpus, files: files, output)
    let model = configuration.modelConfiguration(vocabularySize: corpus.vocabulary.count)
    let need = try checkMemory(configuration, vocabularySize: corpus.vocabulary.count)
    output.describe(model, configuration, memory: need)

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

  private static func checkOperands(_ files: [String]) throws(UsageError) {
    guard !files.isEmpty else { throw .operands("give at least one text file, or - for standard input") }
    // What `lstm-train "$text"` gives where there is no such variable.
    guard !files.contains("") else { throw .operands("the name of a text file is empty; give its path") }
    guard files.count(where: { $0 == "-" }) < 2 else {
      throw .operands("standard input can be read only once; give - once")
    }
  }

  /// Splits the text, and makes streams and chunks fit it.
  private static func plan(
    _ asked: TrainingConfiguration, _ corpus: Corpus, files: [String], _ output: TrainingOutput
  ) throws -> (TrainingConfiguration, CorpusSplit) {
    let name = names(of: files)
    let length = NumberText.counted(corpus.characterCount, corpus.vocabulary.unit.rawValue)
    let split = CorpusSplit(
      characterCount: corpus.characterCount, validationFraction: asked.validationFraction)
    guard let split, let configuration = asked.fitted(toTrainingCharacters: split.training.count) else {
      throw ToolError(
        .badData,
        "\(name): too short (\(length), \(split?.training.count ?? 0) for training); "
          + "give more text or a lower --val-fraction")
    }
    guard corpus.vocabulary.count > 1 else {
      throw ToolError(.badData, "\(name): nothing to learn (\(length), all the same); give another text")
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
}
