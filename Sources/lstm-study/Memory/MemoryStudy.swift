internal import CommandLineSupport
internal import Plotting
internal import RecurrentEngine
internal import ToolSupport

/// A study of the share of keys that variants of a model recall after training on records of increasing distance.
struct MemoryStudy: Study {
  /// The BPTT length, relative to a record.
  enum ChunkKind: String, CaseIterable, Sendable {
    /// A whole record, so that gradients reach the key.
    case whole
    /// Half the distance, so that gradients are truncated between the key and its recall.
    case half

    func length(distance: Int) -> Int {
      self == .whole ? MemoryRecords.length(distance: distance) : max(1, distance / 2)
    }
  }

  /// A variant with a BPTT length: a row of the table.
  struct Subject: Hashable {
    var variant: String
    var chunk: ChunkKind
    var name: String { "\(variant) (\(chunk.rawValue))" }
  }

  private struct Outcome {
    var recall: RecallMeasurement.Recall
    var steps: Int
    var isSolved: Bool { recall.share >= MemoryStudy.sufficientShare }
  }

  /// Share of recalled keys at which a run ends.
  private static let sufficientShare = 0.99
  /// Number of consecutive unsolved distances after which a subject is not tried at longer ones.
  private static let maximumUnsolved = 2

  private let options: MemoryOptions
  private let subjects: [(subject: Subject, configuration: TrainingConfiguration)]
  let output: StudyOutput
  private(set) var table: StudyTable
  private var summary: MemorySummary

  /// Prepares a study.
  ///
  /// - Throws: `UsageError` if a variant or the distances are invalid; `ToolError` if there is not enough memory.
  init(_ options: MemoryOptions, _ output: StudyOutput) throws {
    guard zip(options.distances, options.distances.dropFirst()).allSatisfy(<) else {
      throw UsageError.conflict("--distances must be in ascending order")
    }
    self.options = options
    self.output = output
    subjects = try options.variants.flatMap { variant throws(UsageError) in
      let configuration = try Self.configuration(of: variant, options, output)
      return options.chunks.map { (Subject(variant: variant.name, chunk: $0), configuration) }
    }
    table = StudyTable(
      path: options.files.table,
      columns: ["cell", "chunk", "distance", "learning_rate", "seed", "updates", "recalled", "nats"])
    summary = MemorySummary(subjects: subjects.map(\.subject), distances: options.distances)
    for (subject, configuration) in subjects {
      var largest = configuration
      largest.chunkLength = subject.chunk.length(distance: options.distances.last ?? 0)
      try checkMemory(largest, vocabularySize: nil)
    }
  }

  private static func configuration(
    of variant: TrainingVariant, _ options: MemoryOptions, _ output: StudyOutput
  ) throws(UsageError) -> TrainingConfiguration {
    var defaults = TrainingSettings()
    defaults.configuration.hiddenSize = options.hiddenSize
    defaults.configuration.layerCount = 1
    defaults.configuration.batchSize = options.batchSize
    defaults.configuration.initialization.forgetBias = 0
    defaults.configuration.validationFraction = 0
    defaults.configuration.division.records = .newline
    let (settings, _, own) = try variant.settings(variantOptions, from: defaults)
    variant.notices(variantOptions, own, in: settings).forEach(output.notice)
    return settings.configuration
  }

  /// Options that a variant may set; others are options of the study.
  private static let variantOptions: [SettingsOption] =
    (modelOptions.except("--unit") + initializationOptions
    + optimizationOptions.except("--batch-size", "--seq-length", "--learning-rate", "--seed")
    + regularizationOptions).within(\.configuration)

  var lines: [String] { summary.lines }
  var drawings: [(path: String, chart: Chart)] { [(options.files.drawing, summary.chart)] }

  mutating func run() throws {
    for distance in options.distances {
      var records = MemoryRecords(distance: distance, seed: 1)
      let corpus = try Corpus(sources: [.bytes(records.next(options.recordCount))], records: .newline)
      let measurement = try RecallMeasurement(
        distance: distance, vocabulary: corpus.vocabulary, threadCount: options.running.threadCount)
      for (subject, configuration) in subjects
      where summary.unsolvedInARow(of: subject) < Self.maximumUnsolved {
        try search(subject, configuration, distance: distance, corpus, measurement)
        if StopSignal.status != nil { return }
      }
    }
  }

  private mutating func search(
    _ subject: Subject, _ configuration: TrainingConfiguration, distance: Int, _ corpus: Corpus,
    _ measurement: RecallMeasurement
  ) throws {
    let search = RateSearch(rates: options.rates, firstSeed: options.seed, seedCount: options.seedCount)
    var configuration = configuration
    configuration.chunkLength = subject.chunk.length(distance: distance)
    let found = try search.results(
      isBetter: { (new: Outcome, best: Outcome) in
        best.isSolved ? new.isSolved && new.steps < best.steps : new.recall.share > best.recall.share
      },
      run: { rate, seed in
        configuration.optimizer.learningRate = rate
        configuration.initialization.seed = seed
        let name =
          "distance \(distance), \(subject.variant), \(subject.chunk.rawValue) chunks, rate \(NumberText.shortest(rate)), "
          + "seed \(seed)"
        guard let outcome = try train(configuration, on: corpus, measurement, name: name) else { return nil }
        append(outcome, of: subject, distance: distance, rate: rate, seed: seed)
        output.print(
          "\(name): recalled \(NumberText.fixed(100 * outcome.recall.share, decimals: 1)) % after "
            + NumberText.plain(outcome.steps, "step"))
        return outcome
      })
    guard let found else { return }
    summary.shares[subject, default: [:]][distance] = found.results.map(\.recall.share)
    saveBetweenRuns()
  }

  /// Trains a model and measures its recall.
  ///
  /// - Returns: Nil after a signal.
  private func train(
    _ configuration: TrainingConfiguration, on corpus: Corpus, _ measurement: RecallMeasurement, name: String
  ) throws -> Outcome? {
    let trainer = try Trainer(corpus: corpus, configuration: configuration, threadCount: options.running.threadCount)
    var run = StudyRun(
      trainer, within: TrainingBudget(steps: options.steps),
      validationInterval: (options.steps + options.checkCount - 1) / options.checkCount)
    var recall: RecallMeasurement.Recall?
    let ending = try run.run(
      update: { output.update($0, of: name) },
      report: { row in
        guard row.event != .undone else { return true }
        recall = try measurement.recall(of: trainer.model)
        return recall?.share ?? 0 < Self.sufficientShare
      })
    guard ending != .stopped else { return nil }
    if ending == .diverged { output.print("\(name): training diverged at step \(trainer.progress.step)") }
    let measured = ending == .diverged ? nil : recall
    return Outcome(recall: try measured ?? measurement.recall(of: trainer.model), steps: trainer.progress.step)
  }

  private mutating func append(_ outcome: Outcome, of subject: Subject, distance: Int, rate: Double, seed: UInt64) {
    table.append([
      subject.variant, subject.chunk.rawValue, String(distance), NumberText.shortest(rate), String(seed),
      String(outcome.steps), StudyTable.field(outcome.recall.share, decimals: 4),
      StudyTable.field(outcome.recall.loss, decimals: 6),
    ])
  }
}
