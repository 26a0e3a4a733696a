internal import CommandLineSupport
internal import Dispatch
internal import RecurrentEngine

/// Seconds on a clock that never runs backwards.
func secondsNow() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

/// Runs a trainer to its end, and writes the loss curve and the checkpoints.
struct TrainingLoop {
  private let options: TrainOptions
  private let trainer: Trainer
  private let startCharacter: Int32
  private let output: TrainingOutput
  private let lastStep: Int
  private var curve: LossCurve
  private var interval = LogInterval()
  /// Seconds of training, validation and saving left out.
  private var trainingSeconds = 0.0

  /// - Throws: `ToolError` if the loss curve cannot be created.
  init(_ options: TrainOptions, _ trainer: Trainer, startCharacter: Int32, _ output: TrainingOutput) throws {
    self.options = options
    self.trainer = trainer
    self.startCharacter = startCharacter
    self.output = output
    let epochs = options.epochs ?? (options.steps == nil ? TrainOptions.defaultEpochs : nil)
    let (stepsOfEpochs, overflow) = (epochs ?? 1).multipliedReportingOverflow(by: trainer.stepsPerEpoch)
    lastStep = min(options.steps ?? .max, epochs == nil || overflow ? .max : stepsOfEpochs)
    curve = try LossCurve(path: options.log)
  }

  mutating func run() throws {
    defer { output.clear() }
    while trainer.step < lastStep {
      let start = secondsNow()
      let update = try trainer.advance()
      let now = secondsNow()
      trainingSeconds += now - start
      try interval.add(update, seconds: now - start, step: trainer.step)
      output.update(status, fraction: Double(trainer.step) / Double(lastStep), at: now)

      if isValidationStep || trainer.step % options.logInterval == 0 { try log() }
    }
    try finish()
  }

  private var isValidationStep: Bool {
    trainer.step == lastStep || trainer.step % (options.validationInterval ?? trainer.stepsPerEpoch) == 0
  }

  private mutating func log() throws {
    let previousBest = trainer.best?.loss
    let validationLoss = isValidationStep ? try trainer.validate() : nil
    let isBest = validationLoss != nil && trainer.best?.loss != previousBest
    try curve.append(
      LossCurve.Row(
        step: trainer.step, epoch: trainer.epoch, characters: trainer.characterCount, seconds: trainingSeconds,
        learningRate: trainer.configuration.optimizer.learningRate, trainingLoss: interval.loss,
        validationLoss: validationLoss, gradientNorm: interval.largestGradientNorm,
        charactersPerSecond: interval.charactersPerSecond, event: isBest ? "best" : ""))
    // Without held-out text, the same steps are reported.
    if isValidationStep {
      let validation = validationLoss.map { ", validation \(NumberText.fixed($0, decimals: 4))" } ?? ""
      output.print(
        "epoch \(NumberText.fixed(trainer.epoch, decimals: 2)), step \(NumberText.grouped(trainer.step)): "
          + "training \(NumberText.fixed(interval.loss, decimals: 4))\(validation)\(isBest ? " (best)" : ""), "
          + NumberText.rate(interval.charactersPerSecond, unit: "characters"))
    }
    if isBest { try save(selection: .best, validationLoss: validationLoss) }
    interval = LogInterval()
  }

  private func finish() throws {
    if trainer.best == nil { try save(selection: .newest, validationLoss: nil) }
    output.clear()
    if let best = trainer.best {
      output.print(
        "best validation loss: \(NumberText.fixed(best.loss, decimals: 4)) nats, "
          + "\(NumberText.fixed(best.loss * bitsPerNat, decimals: 4)) bits per \(trainer.configuration.unit.rawValue), "
          + "at step \(NumberText.grouped(best.step))")
    }
    output.print("model: \(options.checkpoint); loss curve: \(options.log)")
  }

  private func save(selection: Checkpoint.Selection, validationLoss: Double?) throws {
    try Checkpoint(
      model: trainer.selectedModel, training: trainer.configuration,
      progress: .init(step: trainer.step, epoch: trainer.epoch, validationLoss: validationLoss),
      selection: selection, startCharacter: startCharacter
    ).write(to: options.checkpoint)
  }

  private var status: String {
    let best = trainer.best.map { ", best validation \(NumberText.fixed($0.loss, decimals: 4))" } ?? ""
    let left = trainingSeconds / Double(trainer.step) * Double(lastStep - trainer.step)
    return "epoch \(NumberText.fixed(trainer.epoch, decimals: 2)), training "
      + "\(NumberText.fixed(interval.loss, decimals: 4))\(best), "
      + "\(NumberText.rate(interval.charactersPerSecond, unit: "characters")), "
      + "\(NumberText.duration(seconds: left)) left"
  }
}

/// What has happened since the last row of the loss curve.
private struct LogInterval {
  private var lossSum = 0.0
  private var characters = 0
  private var seconds = 0.0
  private(set) var largestGradientNorm = 0.0

  var loss: Double { lossSum / Double(characters) }
  var charactersPerSecond: Double { Double(characters) / seconds }

  /// - Throws: `ToolError` if the update was not finite.
  mutating func add(_ update: ChunkTrainer.Update, seconds: Double, step: Int) throws {
    guard update.lossSum.isFinite, update.gradientNorm.isFinite else {
      throw ToolError(
        .diverged,
        "training diverged at step \(NumberText.grouped(step)): its loss or gradient is no finite number; "
          + "lower --learning-rate or --clip")
    }
    lossSum += update.lossSum
    characters += update.countedCharacters
    self.seconds += seconds
    largestGradientNorm = max(largestGradientNorm, update.gradientNorm)
  }
}
