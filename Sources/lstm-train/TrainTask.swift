internal import CommandLineSupport

/// What is done instead of training one model and keeping it; named by the option that asks for it.
enum TrainTask: String {
  case dryRun = "--dry-run"
  case findLearningRate = "--find-learning-rate"
  case checkGradients = "--check-gradients"
  case overfit = "--overfit"
  case compare = "--compare"

  /// What it is about, to say why other options have no part in it.
  private var summary: String {
    switch self {
    case .dryRun: "writes nothing"
    case .findLearningRate: "begins with a new model, or with that of --init-from"
    case .checkGradients, .overfit:
      "takes one batch of running text, and a new model or that of --init-from, without regularization"
    case .compare: "trains new models of its own cells, for so many updates or so long, and keeps none"
    }
  }

  private static let resumption = ["--resume", "--continue"]
  private static let singleBatch =
    resumption + [
      "--lines", "--split", "--val-file", "--test-file", "--dropout", "--dropout-mask", "--input-dropout",
      "--recurrent-dropout", "--state-reset", "--label-smoothing", "--average",
    ]

  /// Options that contradict it.
  private var foreignOptions: [String] {
    switch self {
    case .dryRun: []
    case .findLearningRate: Self.resumption
    case .checkGradients, .overfit: Self.singleBatch
    case .compare:
      Self.resumption + [
        "--cell", "--init-from", "--stop-after", "--patience", "--checkpoint", "--checkpoint-every", "--keep",
        "--json-log", "--sample-every", "--gradient-flow-every", "--test-fraction", "--test-file", "--baselines",
      ]
    }
  }

  /// - Throws: `UsageError.conflict` if an option contradicts it.
  fileprivate func check(_ options: TrainOptions) throws(UsageError) {
    let foreign = Set(foreignOptions)
    var neutral = TrainOptions()
    // What would be chosen is none here, and to say so is no contradiction.
    neutral.dropout = options.dropout.map { _ in 0 }
    neutral.recurrentDropout = options.recurrentDropout.map { _ in 0 }
    neutral.stateReset = options.stateReset.map { _ in 0 }
    for option in trainCommand.options
    where foreign.contains(option.names[0]) && option.arguments(for: options) != option.arguments(for: neutral) {
      throw .conflict("\(rawValue) \(summary); leave out \(option.names[0])")
    }
  }
}

extension TrainOptions {
  /// Nil where a model is trained and kept.
  var task: TrainTask? { tasks.first }

  private var tasks: [TrainTask] {
    let asked: [(TrainTask, Bool)] = [
      (.dryRun, isDryRun), (.findLearningRate, findsLearningRate), (.checkGradients, checksGradients),
      (.overfit, overfits), (.compare, !comparedCells.isEmpty),
    ]
    return asked.filter(\.1).map(\.0)
  }

  /// What holds where the command line says nothing.
  var taskDefaults: TrainOptions {
    var defaults = TrainOptions()
    let size = preset?.hiddenSize ?? (tiesEmbedding && embeddingSize > 0 ? embeddingSize : nil)
    switch task {
    case .checkGradients:
      (defaults.hiddenSize, defaults.layerCount) = (size ?? 10, preset?.layerCount ?? 2)
      (defaults.batchSize, defaults.chunkLength) = (3, 8)
      defaults.dropout = 0
    case .overfit:
      (defaults.hiddenSize, defaults.layerCount) = (size ?? 128, preset?.layerCount ?? 1)
      (defaults.batchSize, defaults.chunkLength) = (4, 32)
      defaults.dropout = 0
      defaults.steps = 2000
    case .compare:
      defaults.log = "comparison.csv"
      defaults.plot = "comparison.svg"
    case .dryRun, .findLearningRate, nil: break
    }
    return defaults
  }

  /// - Throws: `UsageError.conflict` if there are several tasks, or options that have no part in the one that there is.
  func checkTask() throws(UsageError) {
    if tasks.count > 1 {
      throw .conflict("\(tasks[0].rawValue) and \(tasks[1].rawValue) are two tasks; give one of them")
    }
    let belongings: [(name: String, isGiven: Bool, owner: TrainTask)] = [
      ("--find-from", firstLearningRate != nil, .findLearningRate), ("--compare-by", comparison != nil, .compare),
      ("--seeds", seedCount != nil, .compare), ("--compare-data", !dataShares.isEmpty, .compare),
    ]
    for option in belongings where option.isGiven && task != option.owner {
      throw .conflict("\(option.name) is for \(option.owner.rawValue); give that, too")
    }
    try task?.check(self)
    if task == .compare { try checkComparison() }
  }
}
