internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// What the command line says. Where it says nothing of a setting, ``SettingsRule`` chooses.
struct TrainOptions: Sendable {
  var cell = CellOptions()
  var preset: Preset?
  var hiddenSize: Int?
  var layerCount: Int?
  var embeddingSize = 0
  var tiesEmbedding = false
  var normalizesLayers = false
  var connection = Connection.Kind.plain
  var leak: Double?
  var forgetBias: Double?
  var recurrentInitialization = RecurrentInitialization.uniform
  var unit = TextUnit.character
  var malformedUTF8 = MalformedUTF8Policy.error
  var maximumVocabulary: Int?

  var epochs: Int?
  var steps: Int?
  var patience: Int?
  var batchSize: Int?
  var chunkLength: Int?
  var optimizer = OptimizerConfiguration.Kind.adam
  var learningRate: Double?
  var beta1 = 0.9
  var beta2 = 0.999
  var epsilon = 1e-8
  var momentum = 0.0
  var rmsPropDecay = 0.95
  var weightDecay: Double?
  var averageDecay: Double?
  var schedule: LearningRateSchedule.Kind?
  var warmupSteps = 0
  var decayRate: Double?
  var decayEvery = 1
  var decayAfter = 0
  var decaySteps: Int?
  var dropout: Double?
  var dropoutMask = Regularization.DropoutMask.step
  var inputDropout = 0.0
  var recurrentDropout: Double?
  var stateReset: Double?
  var labelSmoothing = 0.0
  var clip = 5.0
  var seed: UInt64 = 1

  var validationFraction = 0.1
  var validationInterval: Int?
  var validationFile: String?
  var testFraction = 0.0
  var testFile: String?
  var split = TextDivision.Split.tail
  var readsLines = false
  var validationLines: Int?
  var showsBaselines = false

  var checkpoint = "checkpoint.bin"
  var log = "loss.csv"
  var plot: String?
  var gradientFlowInterval: Int?
  var eventLog: String?
  var logInterval = 50
  var checkpointInterval = Interval.seconds(600)
  var keptCount = 0
  var overwrites = false

  var resume: String?
  var continues = false
  var initialModel: String?
  var stopAfter: Int?
  var maximumSeconds: Double?

  var threads: Int?
  var progress = ProgressStyle.auto
  var sampleInterval: Int?
  var sampleLength = 200
  var isQuiet = false
  var isDryRun = false
  var findsLearningRate = false
  var firstLearningRate: Double?
  var checksGradients = false
  var overfits = false
  var comparedCells: [RecurrentCell.Kind] = []
  var comparison: ComparisonMeasure?
  var seedCount: Int?
  var dataShares: [Double] = []
}

extension TrainOptions {
  /// Whether nothing says how long the run is.
  var isUnbounded: Bool { epochs == nil && steps == nil && maximumSeconds == nil }

  /// Whether a model is trained to be kept.
  var keepsModel: Bool { task == nil }

  /// Says how long the run is that time alone has bounded.
  mutating func fixLength(steps: Int, decaySteps: Int) {
    self.steps = steps
    self.decaySteps = decaySteps
    epochs = nil
  }

  /// The step that schedules are made for, after which a run is finished.
  func horizon(stepsPerEpoch: Int) -> Int {
    guard let epochs else { return steps ?? .max }
    let (stepsOfEpochs, overflow) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
    return min(steps ?? .max, overflow ? .max : stepsOfEpochs)
  }

  /// What these options say about the computation; where they leave a size open, with the least that there can be.
  func trainingConfiguration() throws(UsageError) -> TrainingConfiguration {
    let kind = try cell.kind()
    if forgetBias != nil, let forgetGate = cell.forgetGate, !kind.hasForgetGate {
      throw .conflict(
        "--forget-bias is for a forget gate, and --forget-gate \(forgetGate.rawValue) has none; leave one of them out")
    }
    return TrainingConfiguration(
      cell: kind, hiddenSize: hiddenSize ?? (tiesEmbedding ? embeddingSize : 1),
      layerCount: layerCount ?? 1, embedding: try embedding(), normalization: normalizesLayers ? .layer : nil,
      connection: try layerConnection(), unit: unit, malformedUTF8: malformedUTF8, batchSize: batchSize ?? 1,
      chunkLength: chunkLength ?? 1,
      optimizer: OptimizerConfiguration(
        kind: optimizer, learningRate: learningRate ?? 0.002, beta1: beta1, beta2: beta2,
        epsilon: epsilon, momentum: momentum, rmsPropDecay: rmsPropDecay,
        weightDecay: weightDecay ?? (optimizer == .adamw ? 0.01 : nil)),
      schedule: LearningRateSchedule(
        kind: schedule ?? .constant, warmupSteps: warmupSteps, decayRate: decayRate, decayEvery: decayEvery,
        decayAfter: decayAfter,
        decaySteps: schedule == .wsd ? decaySteps : nil),
      averageDecay: averageDecay,
      regularization: Regularization(
        dropout: dropout ?? 0, dropoutMask: dropoutMask, inputDropout: inputDropout,
        recurrentDropout: recurrentDropout ?? 0, stateReset: stateReset ?? 0, labelSmoothing: labelSmoothing),
      clip: clip > 0 ? clip : nil, validationFraction: validationFile == nil ? validationFraction : 0,
      division: try division(),
      initialization: Initialization(seed: seed, forgetBias: Float(forgetBias ?? 1), recurrent: recurrentInitialization)
    )
  }

  /// - Throws: `UsageError.conflict` if tied embeddings have not the size of the hidden state.
  func embedding() throws(UsageError) -> Embedding? {
    let hiddenSize = hiddenSize ?? preset?.hiddenSize
    if tiesEmbedding, embeddingSize == 0 || embeddingSize != hiddenSize ?? embeddingSize {
      throw .conflict(
        "--tie makes embeddings the weights of the output, so they have the size of --hidden; "
          + "give --embedding \(hiddenSize.map(String.init) ?? "and --hidden")")
    }
    return embeddingSize > 0 ? Embedding(size: embeddingSize, isTied: tiesEmbedding) : nil
  }

  /// - Throws: `UsageError.conflict` if there is nothing to connect, or a constant for what has none.
  func layerConnection() throws(UsageError) -> Connection {
    if leak != nil, connection != .leaky { throw .conflict("--leak is for --connection leaky; give that, too") }
    if connection != .plain, layerCount ?? preset?.layerCount == 1 {
      throw .conflict("--connection is about stacked layers, and there is one; give --layers 2 or more")
    }
    return Connection(connection, leak: leak ?? 0.5)
  }

  /// The model and the unit that a run had, for a new one to start from.
  mutating func takeModel(of training: TrainingConfiguration) {
    cell = CellOptions(training.cell)
    hiddenSize = training.hiddenSize
    layerCount = training.layerCount
    embeddingSize = training.embedding?.size ?? 0
    tiesEmbedding = training.embedding?.isTied ?? false
    normalizesLayers = training.normalization == .layer
    connection = training.connection.kind
    leak = training.connection.leak
    unit = training.unit
  }
}
