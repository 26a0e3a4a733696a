internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// What the command line says.
struct TrainOptions: Sendable {
  var cell = CellName.lstm
  var hiddenSize = 128
  var layerCount = 2
  var gruReset: GRUReset?
  var forgetBias = 1.0
  var unit = TextUnit.character
  var malformedUTF8 = MalformedUTF8Policy.error
  var maximumVocabulary: Int?

  var epochs: Int?
  var steps: Int?
  var batchSize = 50
  var chunkLength = 50
  var optimizer = OptimizerConfiguration.Kind.adam
  var learningRate: Double?
  var beta1 = 0.9
  var beta2 = 0.999
  var epsilon = 1e-8
  var momentum = 0.0
  var rmsPropDecay = 0.95
  var weightDecay: Double?
  var averageDecay: Double?
  var schedule = LearningRateSchedule.Kind.constant
  var warmupSteps = 0
  var decayRate: Double?
  var decayEvery = 1
  var decayAfter = 0
  var decaySteps: Int?
  var dropout = 0.0
  var dropoutMask = Regularization.DropoutMask.step
  var inputDropout = 0.0
  var recurrentDropout = 0.0
  var labelSmoothing = 0.0
  var clip = 5.0
  var seed: UInt64 = 1

  var validationFraction = 0.1
  var validationInterval: Int?

  var checkpoint = "checkpoint.bin"
  var log = "loss.csv"
  var plot: String?
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
}

extension TrainOptions {
  static let defaultEpochs = 10

  /// The most epochs; nil where steps alone are counted.
  var epochBound: Int? { epochs ?? (steps == nil && !isBoundByTime ? Self.defaultEpochs : nil) }

  /// Whether time alone says how long the run is.
  private var isBoundByTime: Bool { epochs == nil && steps == nil && maximumSeconds != nil && schedule == .wsd }

  /// Says how long the run is that time alone has bounded.
  mutating func fixLength(steps: Int, decaySteps: Int) {
    self.steps = steps
    self.decaySteps = decaySteps
    epochs = nil
  }

  /// The step that schedules are made for, after which a run is finished.
  func horizon(stepsPerEpoch: Int) -> Int {
    guard !isBoundByTime else { return .max }
    let (stepsOfEpochs, overflow) = (epochBound ?? 1).multipliedReportingOverflow(by: stepsPerEpoch)
    return min(steps ?? .max, epochBound == nil || overflow ? .max : stepsOfEpochs)
  }

  /// What these options say about the computation.
  func trainingConfiguration() throws(UsageError) -> TrainingConfiguration {
    TrainingConfiguration(
      cell: try cell.kind(gruReset: gruReset), hiddenSize: hiddenSize, layerCount: layerCount, unit: unit,
      malformedUTF8: malformedUTF8, batchSize: batchSize, chunkLength: chunkLength,
      optimizer: OptimizerConfiguration(
        kind: optimizer, learningRate: learningRate ?? (optimizer == .sgd ? 0.5 : 0.002), beta1: beta1, beta2: beta2,
        epsilon: epsilon, momentum: momentum, rmsPropDecay: rmsPropDecay,
        weightDecay: weightDecay ?? (optimizer == .adamw ? 0.01 : nil)),
      schedule: LearningRateSchedule(
        kind: schedule, warmupSteps: warmupSteps, decayRate: decayRate, decayEvery: decayEvery, decayAfter: decayAfter,
        decaySteps: schedule == .wsd ? decaySteps : nil),
      averageDecay: averageDecay,
      regularization: Regularization(
        dropout: dropout, dropoutMask: dropoutMask, inputDropout: inputDropout, recurrentDropout: recurrentDropout,
        labelSmoothing: labelSmoothing),
      clip: clip > 0 ? clip : nil, validationFraction: validationFraction,
      initialization: Initialization(seed: seed, forgetBias: Float(forgetBias)))
  }

  /// The model and the unit that a run had, for a new one to start from.
  mutating func takeModel(of training: TrainingConfiguration) {
    (cell, gruReset) =
      switch training.cell {
      case .lstm: (.lstm, nil)
      case .gruResetBefore: (.gru, .before)
      case .gruResetAfter: (.gru, .after)
      case .rnn: (.rnn, nil)
      }
    hiddenSize = training.hiddenSize
    layerCount = training.layerCount
    unit = training.unit
  }
}
