/// Where a run of training stands, apart from its arrays. A checkpoint holds all of it, so nothing here depends on the
/// clock, the machine, the number of threads, or on how often the run was saved.
public struct TrainingProgress: Codable, Equatable, Sendable {
  /// The lowest loss in validation.
  public struct Best: Codable, Equatable, Sendable {
    /// Nats per character.
    public var loss: Double
    /// The step after which it was measured.
    public var step: Int
  }

  /// What has happened since the last row of the loss curve.
  public struct Interval: Codable, Equatable, Sendable {
    /// Sum of the cross-entropy, in nats.
    public var lossSum = 0.0
    /// Characters that were predicted.
    public var characters = 0
    /// Before clipping.
    public var largestGradientNorm = 0.0

    /// An interval in which nothing has happened yet.
    public init() {}

    mutating func add(_ update: ChunkTrainer.Update) {
      lossSum += update.lossSum
      characters += update.countedCharacters
      largestGradientNorm = max(largestGradientNorm, update.gradientNorm)
    }

    /// The mean loss in nats per character; nil if nothing was learned.
    public var loss: Double? { characters > 0 ? lossSum / Double(characters) : nil }
  }

  /// The last row of the loss curve, by which a run that goes on knows its own file.
  public struct Report: Codable, Equatable, Sendable {
    /// The step after which it was written.
    public var step: Int
    /// Nats per character.
    public var trainingLoss: Double?
  }

  /// Chunks read so far, which tell the next one.
  public var step = 0
  /// Characters predicted in training so far.
  public var characterCount = 0
  /// Updates of the parameters: steps that were not undone.
  public var updateCount = 0
  /// What the learning rate is multiplied with; halved whenever a step is undone.
  public var rateFactor = 1.0
  /// Steps undone since the last update.
  public var undoneInARow = 0
  /// Validations since the one that was the best.
  public var validationsSinceBest = 0
  /// The best validation so far; nil before the first.
  public var best: Best?
  /// What the next row of the loss curve tells.
  public var interval = Interval()
  /// The last row of the loss curve; nil before the first.
  public var lastReport: Report?
  /// Whether what was due after this step, validation or a row of the loss curve, is still to be done.
  public var isReportDue = false

  /// A run that has not begun.
  public init() {}

  /// Whether a run can have come here; a file may say anything.
  var isValid: Bool {
    let counts = [step, characterCount, undoneInARow, validationsSinceBest, interval.characters]
    let numbers = [
      interval.lossSum, interval.largestGradientNorm, best?.loss ?? 0, lastReport?.trainingLoss ?? 0,
    ]
    let earlierSteps = [updateCount, best?.step ?? 0, lastReport?.step ?? 0]
    return (counts + earlierSteps).allSatisfy { (0..<1 << 53).contains($0) }
      && numbers.allSatisfy { $0.isFinite && $0 >= 0 }
      && earlierSteps.allSatisfy { $0 <= step } && rateFactor > 0 && rateFactor <= 1
  }
}
