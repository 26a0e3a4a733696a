internal import CommandLineSupport
internal import Plotting
internal import RecurrentEngine
internal import ToolSupport

/// A comparison of cells, each trained with several seeds from initial weights on an equal budget.
///
/// Cells alternate, so that a stopped comparison has runs of all cells.
struct Comparison: Study {
  private(set) var contenders: [Contender]
  private(set) var runs: [ComparisonRun] = []

  private let options: CompareOptions
  /// Shares of the training set, in ascending order.
  private let dataShares: [Double]
  private let text: TrainingText
  let output: StudyOutput
  private(set) var table: StudyTable

  /// Number of validations in a run, unless their interval is given.
  private static let validationCount = 20

  /// Prepares a comparison.
  ///
  /// - Parameter settings: The given settings of each cell.
  /// - Throws: `UsageError` or `ToolError` if the comparison is not possible; `CorpusError` if the text is too short or
  ///   cannot be read.
  init(
    _ options: CompareOptions, _ settings: [TrainingSettings], _ given: GivenOptions, _ text: TrainingText,
    _ output: StudyOutput
  ) throws {
    guard !text.split.validation.isEmpty else {
      throw UsageError.conflict("compare needs a validation set; give a higher --val-fraction")
    }
    self.options = options
    self.text = text
    self.output = output
    dataShares = Set(options.dataShares).sorted()
    table = StudyTable(
      path: options.files.table,
      columns: [
        "cell", "hidden", "parameters", "training_characters", "seed", "step", "characters", "seconds",
        "learning_rate", "train_loss", "val_loss", "event",
      ])
    contenders = try Contender.all(options, settings, given, text, threadCount: options.running.threadCount)
    if options.budget != .time { try fixLength() }
  }

  /// Sets the number of optimizer steps of all runs to that of the first cell on the whole training set.
  private mutating func fixLength() throws(CorpusError) {
    let leader = contenders[0].settings
    let (configuration, split) = try leader.configuration.fitted(to: text.split, of: text.corpus)
    let stepsPerEpoch = try TrainingStreams(
      corpus: text.corpus, part: split.training, batchSize: configuration.batchSize,
      chunkLength: configuration.chunkLength, seed: configuration.initialization.seed
    ).chunksPerEpoch
    let steps = leader.budget.horizon(stepsPerEpoch: stepsPerEpoch)
    for index in contenders.indices {
      contenders[index].settings.budget.epochs = nil
      contenders[index].settings.budget.steps = steps
      contenders[index].settings.validationInterval =
        leader.validationInterval ?? steps.map { max(1, $0 / Self.validationCount) }
    }
  }

  var lines: [String] { ComparisonSummary(contenders: contenders, runs: runs).lines }

  /// The losses, and with several shares of the training set the losses over its size.
  var drawings: [(path: String, chart: Chart)] {
    let plot = ComparisonPlot(contenders: contenders, runs: runs, budget: options.budget)
    let losses = [(path: options.files.drawing, chart: plot.losses)]
    return options.dataShares == [1] ? losses : losses + [(options.files.dataDrawing, plot.lossesOverData)]
  }

  mutating func run() throws {
    for share in dataShares {
      for seed in (0..<UInt64(options.seedCount)).map({ options.training.configuration.initialization.seed &+ $0 }) {
        for index in contenders.indices {
          try run(index, seed: seed, share: share)
          if StopSignal.status != nil { return }
          saveBetweenRuns()
        }
      }
    }
  }

  private mutating func run(_ index: Int, seed: UInt64, share: Double) throws {
    if contenders[index].settings.validationInterval == nil { try chooseValidationInterval(of: index, share: share) }
    let contender = contenders[index]
    let name = "\(contender.name), seed \(seed)" + (dataShares.count > 1 ? ", share \(share)" : "")
    let trainer = try makeTrainer(contender, seed: seed, share: share)
    var run = ComparisonRun(
      contender: index, seed: seed, dataShare: share,
      trainingCharacters: Int(Double(text.split.trainingCharacters(of: text.corpus)) * share))
    var study = StudyRun(
      trainer, within: contender.settings.budget, validationInterval: contender.settings.validationInterval,
      logInterval: contender.settings.logInterval)
    let ending = try study.run(
      update: { [runs, contenders, dataShares] status in
        output.update(
          status, of: name, index: runs.count, count: contenders.count * options.seedCount * dataShares.count)
      },
      report: { row in
        run.rows.append(row)
        return true
      })
    run.isFinished = ending == .finished
    append(run)
    let step = NumberText.plain(trainer.progress.step, "step")
    switch ending {
    case .finished:
      output.print(
        "\(name): best validation loss \(run.bestLoss.map(lossText) ?? "none") nats, \(step), "
          + NumberText.rate(run.charactersPerSecond ?? 0, unit: "characters"))
    case .diverged: output.print("\(name): training diverged after \(step)")
    case .stopped: break
    }
  }

  /// Chooses the validation interval of a cell from the measured speed of a temporary model.
  private mutating func chooseValidationInterval(of index: Int, share: Double) throws {
    let settings = contenders[index].settings
    let trainer = try makeTrainer(
      contenders[index], seed: settings.configuration.initialization.seed, share: share)
    let seconds = (settings.budget.seconds ?? 1) / Double(Self.validationCount)
    contenders[index].settings.validationInterval = max(
      1, Int(min(seconds / (try trainer.measureSpeed().secondsPerStep), 1e9)))
  }

  private func makeTrainer(_ contender: Contender, seed: UInt64, share: Double) throws -> Trainer {
    var asked = contender.settings.configuration
    asked.initialization.seed = seed
    var (configuration, split) = try asked.fitted(to: text.split, of: text.corpus)
    if share < 1 {
      split.training = split.training.prefix(share: share)
      guard !split.training.isEmpty else {
        throw ToolError(
          .badData, "--data \(NumberText.shortest(share)): nothing is left to train on; give larger shares")
      }
      // With the interleaved split, each stream has a held-out end, so the number of streams stays the same.
      if configuration.division.split == .tail {
        (configuration, split) = try configuration.fitted(to: split, of: text.corpus)
      }
    }
    return try Trainer(
      corpus: text.corpus, split: split, configuration: configuration, threadCount: options.running.threadCount)
  }

  private mutating func append(_ run: ComparisonRun) {
    runs.append(run)
    let contender = contenders[run.contender]
    for row in run.rows {
      table.append([
        contender.name, String(contender.model.hiddenSize), String(contender.model.parameterCount),
        String(run.trainingCharacters), String(run.seed), String(row.step), String(row.characters),
        StudyTable.field(row.seconds, decimals: 3), StudyTable.field(row.learningRate, decimals: 8),
        StudyTable.field(row.trainingLoss, decimals: 6), StudyTable.field(row.validationLoss, decimals: 6),
        row.event.rawValue,
      ])
    }
  }
}
