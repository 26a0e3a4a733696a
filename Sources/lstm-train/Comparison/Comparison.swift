internal import CommandLineSupport
internal import Plotting
internal import RecurrentEngine
internal import ToolSupport

/// Trains some cells with several seeds, each from nothing and with equal means.
///
/// Cells take turns, so that what there is when it is stopped is of all of them.
struct Comparison {
  private(set) var contenders: [Contender]
  /// What each contender needs.
  let memory: [MemoryEstimate]
  private(set) var runs: [ComparisonRun] = []

  private let measure: ComparisonMeasure
  private let seeds: [UInt64]
  /// Of the training part, in ascending order.
  private let dataShares: [Double]
  private let plots: [String]
  private let corpus: Corpus
  /// As for one stream.
  private let split: CorpusSplit
  private let threadCount: Int
  private let output: TrainingOutput

  /// Validations of a run, unless it is told how often.
  private static let validationCount = 20

  /// - Throws: `UsageError` or `ToolError` if what is asked for cannot be done; `CorpusError` if there is too little
  ///   text or it cannot be read.
  init(
    _ given: TrainOptions, by rule: SettingsRule, _ corpus: Corpus, _ split: CorpusSplit, threadCount: Int,
    _ output: TrainingOutput
  ) throws {
    guard !split.validation.isEmpty else {
      throw UsageError.conflict(
        "--compare is by the loss on held-out text, and nothing is held out; give a higher --val-fraction")
    }
    measure = given.comparison ?? .parameters
    seeds = (0..<(given.seedCount ?? 3)).map { given.seed &+ UInt64($0) }
    dataShares = given.dataShares.isEmpty ? [1] : Set(given.dataShares).sorted()
    plots = given.plots
    self.corpus = corpus
    self.split = split
    self.threadCount = threadCount
    self.output = output
    let vocabularySize = corpus.vocabulary.count
    let runCount = given.comparedCells.count * seeds.count * dataShares.count
    contenders = try Contender.all(given, by: rule.shared(amongRuns: runCount), vocabularySize: vocabularySize)
    memory = try contenders.map { contender throws(ToolError) in
      try checkMemory(contender.configuration, vocabularySize: vocabularySize)
    }
    if measure != .time { try fixLength(given) }
  }

  /// Gives all runs the updates that the first cell would make on the whole training part.
  private mutating func fixLength(_ given: TrainOptions) throws(CorpusError) {
    let (configuration, split) = try contenders[0].configuration.fitted(to: split, of: corpus)
    let stepsPerEpoch = try TrainingStreams(corpus, split, configuration).chunksPerEpoch
    let steps = contenders[0].options.horizon(stepsPerEpoch: stepsPerEpoch)
    for index in contenders.indices {
      contenders[index].options.epochs = nil
      contenders[index].options.steps = steps
      contenders[index].options.validationInterval = given.validationInterval ?? max(1, steps / Self.validationCount)
    }
  }

  /// Trains all models, or those until a signal comes, and draws their losses after each.
  ///
  /// - Returns: The status that a signal asks for, else success.
  /// - Throws: `ToolError` or `CheckpointError` if what was to be written could not be; `CorpusError` if the text cannot
  ///   be read any more.
  mutating func run(into table: ComparisonTable) throws -> ExitStatus {
    StopSignal.watch()
    for share in dataShares {
      for seed in seeds {
        for index in contenders.indices {
          try run(index, seed: seed, share: share, into: table)
          try draw()
          if let status = StopSignal.status { return status }
        }
      }
    }
    return .ok
  }

  private mutating func run(
    _ index: Int, seed: UInt64, share: Double, into table: ComparisonTable
  ) throws {
    let name = "\(contenders[index].name), seed \(seed)" + (dataShares.count > 1 ? ", share \(share)" : "")
    output.part = .init(
      name: name, index: runs.count, count: contenders.count * seeds.count * dataShares.count)
    defer { output.part = nil }
    if contenders[index].options.validationInterval == nil { try chooseValidationInterval(of: index, share: share) }
    let contender = contenders[index]
    let trainer = try makeTrainer(contender, seed: seed, share: share)
    let run = ComparisonRun(
      contender: index, seed: seed, dataShare: share,
      trainingCharacters: Int(Double(split.trainingCharacters(of: corpus)) * share))
    runs.append(run)
    var loop = TrainingLoop(
      contender.options, trainer, horizon: contender.options.horizon(stepsPerEpoch: trainer.stepsPerEpoch),
      ComparisonRecorder(run: run, table: table, contender: contender), output)
    do {
      run.isFinished = try loop.run() == .ok
      output.part = nil
      guard run.isFinished else { return }
      output.print(
        "\(name): best validation loss \(ComparisonSummary.text(run.bestLoss)) nats, "
          + "\(NumberText.counted(trainer.progress.step, "update")), "
          + NumberText.rate(run.charactersPerSecond ?? 0, unit: "characters"))
    } catch let error as ToolError where error.status == .diverged {
      output.part = nil
      output.print("\(name): \(error.message)")
    }
  }

  /// By the speed of some updates of a model that is thrown away.
  private mutating func chooseValidationInterval(of index: Int, share: Double) throws {
    let speed = try makeTrainer(contenders[index], seed: seeds[0], share: share).measureSpeed()
    let seconds = (contenders[index].options.maximumSeconds ?? 1) / Double(Self.validationCount)
    contenders[index].options.validationInterval = max(1, Int(min(seconds / speed.secondsPerStep, 1e9)))
  }

  private func makeTrainer(_ contender: Contender, seed: UInt64, share: Double) throws -> Trainer {
    var asked = contender.configuration
    asked.initialization.seed = seed
    var (configuration, split) = try asked.fitted(to: split, of: corpus)
    if share < 1 {
      split.training = split.training.prefix(share: share)
      guard !split.training.isEmpty else {
        throw ToolError(
          .badData, "--compare-data \(NumberText.shortest(share)): nothing is left to train on; give larger shares")
      }
      // Streams that end one by one stay as many as they are.
      if configuration.division.split == .tail {
        (configuration, split) = try configuration.fitted(to: split, of: corpus)
      }
    }
    return try Trainer(corpus: corpus, split: split, configuration: configuration, threadCount: threadCount)
  }

  private func draw() throws {
    let plot = ComparisonPlot(contenders: contenders, runs: runs, measure: measure)
    for (path, chart) in zip(plots, [plot.losses, plot.lossesOverData]) {
      if let svg = chart.svg { try WholeFile.write(svg, to: path) }
    }
  }
}
