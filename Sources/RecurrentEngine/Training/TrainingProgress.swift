/// The progress of a training run, apart from its tensors. A checkpoint stores all of it, so nothing here depends on
/// the clock, the machine, the number of threads, or the number of times that the run was saved.
public struct TrainingProgress: Codable, Equatable, Sendable {
  /// The lowest validation loss.
  public struct Best: Codable, Equatable, Sendable {
    /// The loss in nats per character.
    public var loss: Double
    /// The step after which the loss was measured.
    public var step: Int
  }

  /// The training results since the last row of the loss curve.
  public struct Interval: Codable, Equatable, Sendable {
    /// The sum of the cross-entropy, in nats.
    public var lossSum = 0.0
    /// The number of predicted characters.
    public var characters = 0
    /// The largest gradient norm before clipping.
    public var largestGradientNorm = 0.0

    /// Creates an empty interval.
    public init() {}

    mutating func add(_ update: ChunkTrainer.Update) {
      lossSum += update.lossSum
      characters += update.countedCharacters
      largestGradientNorm = max(largestGradientNorm, update.gradientNorm)
    }

    /// The mean loss in nats per character; nil if every step was skipped.
    public var loss: Double? { characters > 0 ? lossSum / Double(characters) : nil }
  }

  /// The last row of the loss curve, by which a resumed run recognizes its own file.
  public struct Report: Codable, Equatable, Sendable {
    /// The step after which the row was written.
    public var step: Int
    /// The training loss in nats per character.
    public var trainingLoss: Double?
  }

  /// The number of chunks read so far, which determines the next one.
  public var step = 0
  /// The number of characters predicted in training so far.
  public var characterCount = 0
  /// The number of parameter updates since the start or the last restart: steps that were not skipped.
  public var updateCount = 0
  /// The factor of the learning rate, halved at every skipped step.
  public var rateFactor = 1.0
  /// The number of steps skipped since the last update.
  public var undoneInARow = 0
  /// The number of restarts from the best parameters since the best validation; nil for none.
  public var restartCount: Int?
  /// The step after which a resumed run was last given another length, on which its learning rate depends; nil for none.
  public var lengthChangeStep: Int?
  /// The number of validations since the best one.
  public var validationsSinceBest = 0
  /// The best validation so far; nil before the first.
  public var best: Best?
  /// The interval of the next row of the loss curve.
  public var interval = Interval()
  /// The last row of the loss curve; nil before the first.
  public var lastReport: Report?
  /// Whether a validation or a row of the loss curve that is due after this step is still pending.
  public var isReportDue = false

  /// Creates the progress of a run that has not begun.
  public init() {}

  /// Whether the values, which may come from any file, are possible in a run.
  var isValid: Bool {
    let counts = [step, characterCount, undoneInARow, restartCount ?? 0, validationsSinceBest, interval.characters]
    let numbers: [Double] = [
      interval.lossSum, interval.largestGradientNorm, best?.loss ?? 0, lastReport?.trainingLoss ?? 0,
    ]
    let earlierSteps = [updateCount, best?.step ?? 0, lastReport?.step ?? 0, lengthChangeStep ?? 0]
    return (counts + earlierSteps).allSatisfy { (0..<1 << 53).contains($0) }
      && numbers.allSatisfy { $0.isFinite && $0 >= 0 }
      && earlierSteps.allSatisfy { $0 <= step } && rateFactor > 0 && rateFactor <= 1
  }
}
