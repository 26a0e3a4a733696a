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

  /// Find out what is to be run, read the text, show what is to be trained, train, say where the result is.
  private static func run(_ given: TrainOptions, files: [String]) throws -> ExitStatus {
    // Where gradients are checked, any text will do.
    let isGenerated = given.checksGradients && files.isEmpty
    if !isGenerated { try checkOperands(files, given.heldOutFiles) }
    var run = try RunPlan(given) { defaults in
      guard case .run(let options, _) = try trainCommand.parse(CommandLine.arguments.dropFirst(), defaults: defaults)
      else { return defaults }
      return options
    }
    let asked = try run.options.ofFirstCell.trainingConfiguration()
    // What can be found wrong without the text is found before a long text is read.
    try checkMemory(asked, vocabularySize: 1)
    let runFiles = RunFiles(checkpoint: run.options.checkpoint, log: run.options.log)
    let texts = files + run.options.heldOutFiles
    try checkDistinct(run.options.outputs, texts: texts)
    try checkWritable(run.options.outputs)
    let kernelName = try KernelSelection.currentName()
    let output = TrainingOutput(run.options)
    run.notices.forEach(output.notice)

    let corpus = try Corpus(
      sources: isGenerated ? [.randomText] : texts.map(TextSource.init(operand:)), unit: run.options.unit,
      malformedUTF8: run.options.malformedUTF8, maximumVocabulary: run.options.maximumVocabulary,
      dropsCarriageReturns: run.options.readsLines)
    output.describe(corpus, files: isGenerated ? ["random characters"] : texts)
    if texts.count > files.count { output.notice("the vocabulary is of \(names(of: texts)) together") }
    if let malformed = corpus.malformed { output.describe(malformed, run.options.malformedUTF8) }
    let wholeSplit = try split(corpus, asked, run.options, files: files)
    let threadCount = run.options.threads ?? Machine.availableCPUs
    let rule = SettingsRule(
      characterCount: wholeSplit.trainingCharacters(of: corpus), vocabularySize: corpus.vocabulary.count,
      isValidated: !wholeSplit.validation.isEmpty, threadCount: threadCount, kernelName: kernelName)
    if run.options.task == .compare {
      return try compare(run.options, by: rule, corpus, wholeSplit, files: files, threadCount: threadCount, output)
    }
    let chosen = try run.complete(by: rule)
    if chosen, run.options.task != .checkGradients {
      output.describe(chosen: run.arguments + run.options.heldOutFileArguments, files: files)
    }
    let options = run.options
    let (configuration, split) = try fit(options, to: wholeSplit, of: corpus, output)
    let need = try checkMemory(configuration, vocabularySize: corpus.vocabulary.count)
    let flowRecorder = try GradientFlowRecorder(options, corpus, configuration, besides: need, threadCount: threadCount)
    output.describe(
      configuration.modelConfiguration(vocabularySize: corpus.vocabulary.count), configuration, memory: need)

    let trainer = try makeTrainer(
      run, corpus, split, configuration, threadCount: threadCount, files: texts, output)
    switch options.task {
    case .dryRun:
      try output.describeSpeed(of: trainer)
      if options.showsBaselines { try output.compare(trainer, corpus, split) }
      return .ok
    case .findLearningRate:
      try findLearningRate(of: trainer, options, output)
      return .ok
    case .checkGradients:
      let streams = try TrainingStreams(corpus, split, configuration)
      return try checkGradients(of: trainer.model, on: streams, threadCount: threadCount, options, output)
    case .overfit:
      let streams = try TrainingStreams(corpus, split, configuration)
      return try overfit(trainer.model, on: streams, configuration, threadCount: threadCount, options, output)
    case .compare, nil: break
    }
    let lock = try RunLock(runFiles.best, option: "--checkpoint")
    let logLock = isSpecialFile(runFiles.log) ? nil : try RunLock(runFiles.log, option: "--log")
    let eventLog = options.eventLog.flatMap { isSpecialFile($0) ? nil : $0 }
    let eventLogLock = try eventLog.map { path throws(ToolError) in try RunLock(path, option: "--json-log") }
    runFiles.removeTemporaryFiles()
    let writer = try RunWriter(run, runFiles, output)
    var loop = TrainingLoop(
      options, trainer, horizon: options.horizon(stepsPerEpoch: trainer.stepsPerEpoch), writer, output,
      flowRecorder: flowRecorder)
    var status = try loop.run()
    if status == .ok, options.showsBaselines {
      try output.compare(trainer, corpus, split)
      status = StopSignal.status ?? .ok
    }
    _ = consume lock
    _ = consume logLock
    _ = consume eventLogLock
    return status
  }

  private static func makeTrainer(
    _ run: RunPlan, _ corpus: Corpus, _ split: CorpusSplit, _ configuration: TrainingConfiguration,
    threadCount: Int, files: [String], _ output: TrainingOutput
  ) throws -> Trainer {
    if let saved = run.saved {
      let trainer = try resume(saved, corpus, split, configuration, threadCount: threadCount, files: files)
      output.print("resuming \(saved.path) after step \(NumberText.grouped(saved.progress.step))")
      return trainer
    }
    guard let initial = run.initial else {
      return try Trainer(corpus: corpus, split: split, configuration: configuration, threadCount: threadCount)
    }
    let (model, match) = try initial.model.adapted(
      to: corpus.vocabulary, initialization: configuration.initialization)
    output.describe(match, from: initial.model.vocabulary, to: corpus.vocabulary)
    return try Trainer(
      corpus: corpus, split: split, configuration: configuration, model: model, threadCount: threadCount)
  }

  /// - Throws: `ToolError` if the text is another one than the run has been trained on.
  private static func resume(
    _ saved: SavedRun, _ corpus: Corpus, _ split: CorpusSplit, _ configuration: TrainingConfiguration,
    threadCount: Int, files: [String]
  ) throws -> Trainer {
    guard saved.isOn(corpus) else {
      let length = "\(NumberText.grouped(corpus.byteCount)) bytes"
      let isLonger = saved.corpus.byteCount != corpus.byteCount
      throw ToolError(
        .badData,
        "\(names(of: files)): not the text that \(saved.path) was trained on "
          + (isLonger
            ? "(\(length), and it was \(NumberText.grouped(saved.corpus.byteCount)))"
            : "(the same length, \(saved.corpus == corpus.fingerprint ? "cut in other places" : "other contents"))")
          + "; give that text, or start a new run with --init-from")
    }
    guard saved.checkpoint.training == configuration else {
      throw CheckpointError.damaged(path: saved.path, .metadata("configuration"))
    }
    return try Trainer(resuming: saved, corpus: corpus, split: split, threadCount: threadCount)
  }

  private static func checkOperands(_ files: [String], _ heldOutFiles: [String]) throws(UsageError) {
    guard !files.isEmpty else { throw .operands("give at least one text file, or - for standard input") }
    // What `lstm-train "$text"` gives where there is no such variable.
    guard !files.contains("") else { throw .operands("the name of a text file is empty; give its path") }
    guard (files + heldOutFiles).count(where: { $0 == "-" }) < 2 else {
      throw .operands("standard input can be read only once; give - once")
    }
  }

  /// Divides the text as for one stream, which does not have to be known yet.
  private static func split(
    _ corpus: Corpus, _ asked: TrainingConfiguration, _ options: TrainOptions, files: [String]
  ) throws -> CorpusSplit {
    let name = names(of: files)
    let length = NumberText.counted(corpus.characterCount, corpus.vocabulary.unit.rawValue)
    guard !options.readsLines || corpus.vocabulary.newlineID != nil else {
      throw ToolError(.badData, "\(name): no line feed, and so no lines (\(length)); leave out --lines")
    }
    var whole = asked
    whole.batchSize = 1
    let split = try CorpusSplit(corpus, whole)
    guard !split.training.isEmpty else {
      throw ToolError(
        .badData,
        "\(name): too short (\(length), \(split.training.count)\(options.readsLines ? " lines" : "") for training); "
          + "give more text or a lower \(options.validationLines == nil ? "--val-fraction" : "--val-lines")")
    }
    guard corpus.vocabulary.count > 1 else {
      throw ToolError(.badData, "\(name): nothing to learn (\(length), all the same); give another text")
    }
    for (file, part) in [(options.validationFile, split.validation), (options.testFile, split.test)] {
      guard let file, part.isEmpty else { continue }
      throw ToolError(.badData, "\(names(of: [file])): nothing to predict in it; give more text")
    }
    guard options.patience == nil || !split.validation.isEmpty else {
      throw UsageError.conflict("--patience is for validation, and nothing is held out; leave it out")
    }
    return split
  }

  /// Makes streams and chunks fit the text, and holds out the ends of so many streams where that is asked for.
  private static func fit(
    _ options: TrainOptions, to wholeSplit: CorpusSplit, of corpus: Corpus, _ output: TrainingOutput
  ) throws -> (TrainingConfiguration, CorpusSplit) {
    let asked = try options.trainingConfiguration()
    let (configuration, split) = try asked.fitted(to: wholeSplit, of: corpus)
    output.describe(split, configuration, options)
    if configuration.chunkLength < asked.chunkLength || configuration.batchSize < asked.batchSize {
      output.notice(
        "the text is short: training with --batch-size \(configuration.batchSize) "
          + "--seq-length \(configuration.chunkLength)")
    }
    if split.validation.isEmpty, options.keepsModel {
      output.notice("nothing is held out: there is no validation, and the newest model is kept")
    }
    return (configuration, split)
  }
}

extension TrainingStreams {
  /// The streams of a run with this configuration, which must fit the corpus.
  convenience init(_ corpus: Corpus, _ split: CorpusSplit, _ configuration: TrainingConfiguration) throws(CorpusError) {
    try self.init(
      corpus: corpus, part: split.training, batchSize: configuration.batchSize,
      chunkLength: configuration.chunkLength, seed: configuration.initialization.seed)
  }
}

extension CorpusSplit {
  /// Characters to train on; of lines, whose characters are not counted when they are chosen, about.
  func trainingCharacters(of corpus: Corpus) -> Int {
    guard case .lines(let starts) = training else { return training.count }
    let lineCount = max(1, starts.count + validation.count + test.count)
    return Int(Double(corpus.characterCount) * Double(starts.count) / Double(lineCount))
  }
}
