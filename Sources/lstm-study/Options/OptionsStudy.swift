internal import CommandLineSupport
internal import Plotting
internal import RecurrentEngine
internal import ToolSupport

/// A study of variants, each trained with several learning rates and, at its best learning rate, with several seeds.
struct OptionsStudy: Study {
  private struct Variant {
    var name: String
    /// Settings, with all that was chosen automatically, but for the learning rate and the seed.
    var settings: TrainingSettings
    /// Primary names of the options without a fixed default that are given or were chosen.
    var decided: Set<String>

    func settings(rate: Double, seed: UInt64) -> TrainingSettings {
      var settings = settings
      settings.configuration.optimizer.learningRate = rate
      settings.configuration.initialization.seed = seed
      return settings
    }
  }

  private struct Run {
    var variant: String
    var rate: Double
    var seed: UInt64
    /// Lowest validation loss, in nats per character; nil if the run diverged before its first validation.
    var loss: Double?
  }

  private struct Result {
    var variant: String
    var rate: Double
    /// Losses of all seeds; nil if a run has none.
    var losses: Sample?
  }

  private let options: OptionsStudyOptions
  private let text: TrainingText
  private let variants: [Variant]
  let output: StudyOutput
  private(set) var table: StudyTable
  private var runs: [Run] = []
  private var results: [Result] = []

  /// Reads the text and the variants.
  ///
  /// - Throws: `UsageError` if a variant is invalid; `CorpusError` or `ToolError` if the text is too short or cannot be
  ///   read.
  init(_ options: OptionsStudyOptions, _ files: [String], _ given: GivenOptions, _ output: StudyOutput) throws {
    self.options = options
    self.output = output
    table = StudyTable(
      path: options.files.table, columns: ["options", "learning_rate", "seed", "val_loss"])
    let (own, common) = (OptionsStudyOptions.variantOptions, OptionsStudyOptions.commonOptions)
    let asked = try options.variants.map { variant in
      try variant.settings(own, common: common, given: given, from: TrainingSettings())
    }
    let text = try TrainingText(files, asked[0].settings, output)
    self.text = text
    variants = try zip(options.variants, asked).map { variant, asked in
      var settings = asked.settings
      let given = settings.decided(byGiven: asked.given.names).union([TrainingSetting.learningRate.optionName])
      let kept = TrainingSetting.all(decidedBy: given)
      let chosen = try settings.choose(keeping: kept, for: text, threadCount: options.running.threadCount)
      variant.notices(own, asked.own, in: settings).forEach(output.notice)
      return Variant(name: variant.name, settings: settings, decided: given.union(chosen))
    }
    common.notices(about: given, inAll: variants.map(\.settings)).forEach(output.notice)
    guard !text.split.validation.isEmpty else {
      throw UsageError.conflict("options needs a validation set; give a higher --val-fraction")
    }
  }

  private var search: RateSearch {
    RateSearch(
      rates: options.rates, firstSeed: options.training.configuration.initialization.seed,
      seedCount: options.seedCount)
  }

  mutating func run() throws {
    for variant in variants {
      let found = try search.results(
        isBetter: { (new: Run, best: Run) in new.loss ?? .infinity < best.loss ?? .infinity },
        run: { rate, seed in
          try options.collects
            ? collect(variant, rate: rate, seed: seed) : train(variant, rate: rate, seed: seed)
        })
      if let found {
        let losses = found.results.compactMap(\.loss)
        results.append(
          Result(
            variant: variant.name, rate: found.rate,
            losses: losses.count == found.results.count ? Sample(losses) : nil))
      }
      if StopSignal.status != nil { return }
      if !options.collects { saveBetweenRuns() }
    }
    let missingCount = options.collects ? missingRuns.count : 0
    if missingCount > 0 {
      output.notice("\(NumberText.counted(missingCount, "run")) to go; --list prints the commands")
    }
  }

  // MARK: Separate runs

  private func separateRun(_ variant: Variant, rate: Double, seed: UInt64) -> SeparateRun {
    SeparateRun(
      variant.settings(rate: rate, seed: seed), decided: variant.decided, of: text, threads: options.running.threads,
      study: options.files.name)
  }

  /// The runs that can begin now: of each variant those of the first seed or, if all of these have a result, those of
  /// the other seeds at the best rate.
  var missingRuns: [SeparateRun] {
    variants.flatMap { variant in
      search.open { separateRun(variant, rate: $0, seed: $1).result.map { $0.loss ?? .infinity } }
        .map { separateRun(variant, rate: $0.rate, seed: $0.seed) }
    }
  }

  /// - Returns: Nil if the run has no result yet.
  private mutating func collect(_ variant: Variant, rate: Double, seed: UInt64) -> Run? {
    guard let result = separateRun(variant, rate: rate, seed: seed).result else { return nil }
    return add(Run(variant: variant.name, rate: rate, seed: seed, loss: result.loss))
  }

  private mutating func add(_ run: Run) -> Run {
    runs.append(run)
    table.append([
      run.variant, NumberText.shortest(run.rate), String(run.seed), StudyTable.field(run.loss, decimals: 6),
    ])
    return run
  }

  /// Trains a model.
  ///
  /// - Returns: Nil after a signal.
  private mutating func train(_ variant: Variant, rate: Double, seed: UInt64) throws -> Run? {
    let name = "\(variant.name), rate \(NumberText.shortest(rate)), seed \(seed)"
    let settings = variant.settings(rate: rate, seed: seed)
    let (configuration, split) = try settings.configuration.fitted(to: text.split, of: text.corpus)
    try checkMemory(configuration, vocabularySize: text.corpus.vocabulary.count)
    let trainer = try Trainer(
      corpus: text.corpus, split: split, configuration: configuration,
      threadCount: options.running.threadCount)
    var study = StudyRun(trainer, within: settings.budget, validationInterval: settings.validationInterval)
    let ending = try study.run(update: { output.update($0, of: name) }, report: { _ in true })
    guard ending != .stopped else { return nil }
    let run = add(Run(variant: variant.name, rate: rate, seed: seed, loss: trainer.progress.best?.loss))
    output.print("\(name): \(run.loss.map(lossText) ?? "diverged")")
    return run
  }

  var drawings: [(path: String, chart: Chart)] { [(options.files.drawing, chart)] }

  /// Table with a row for each variant, in ascending order of the loss.
  var lines: [String] {
    let ordered = results.sorted { ($0.losses?.mean ?? .infinity) < ($1.losses?.mean ?? .infinity) }
    let rows = ordered.map { result in
      let losses = [result.losses?.mean, result.losses?.least, result.losses?.greatest].map { $0.map(lossText) ?? "" }
      return [result.variant] + (result.losses == nil ? ["diverged", "", ""] : losses)
        + [NumberText.shortest(result.rate)]
    }
    return TextTable.lines([["", "val_loss", "least", "greatest", "rate"]] + rows)
  }

  /// Validation loss over the learning rate: medians over the seeds, with bands from minimum to maximum.
  private var chart: Chart {
    Chart(
      title: "Validation loss over the learning rate", x: Chart.Axis(title: "learning rate", scale: .logarithmic),
      y: Chart.Axis(title: "nats per character"),
      groups: variants.map { variant in
        let points = runs.filter { $0.variant == variant.name }.compactMap { run in
          run.loss.map { Point(x: run.rate, y: $0) }
        }
        let clusters = Dictionary(grouping: points, by: \.x).sorted { $0.key < $1.key }.map(\.value)
        return Chart.Group(name: variant.name, line: variant.name, clusters: clusters)
      })
  }
}
