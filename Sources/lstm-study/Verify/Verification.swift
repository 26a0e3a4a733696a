internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// A second training run with the settings of a stored model, up to its step.
struct Verification {
  private let stored: StoredModel
  private let trainer: Trainer
  private let validationInterval: Int
  private let output: StudyOutput
  /// The loss of the last validation, in nats per character.
  private var validationLoss: Double?

  /// - Throws: `ToolError` with status `badData` for a text or an initial model that is not that of the run;
  ///   `UsageError.conflict` without its initial model; the errors of the engine.
  init(
    _ stored: StoredModel, _ text: TrainingText, initialModel: String?, threadCount: Int, _ output: StudyOutput
  ) throws {
    let checkpoint = stored.checkpoint
    let (configuration, split) = try stored.settings.configuration.fitted(to: text.split, of: text.corpus)
    guard text.corpus.vocabulary == checkpoint.model.vocabulary, configuration == checkpoint.training,
      stored.saved?.isOn(text.corpus) ?? true
    else {
      throw ToolError(
        .badData, "\(names(of: text.allFiles)): not the text that \(stored.path) was trained on; give that text")
    }
    let memory = try checkMemory(
      configuration, vocabularySize: text.corpus.vocabulary.count, threadCount: threadCount)
    output.describe(configuration, vocabularySize: text.corpus.vocabulary.count, memory: memory)
    if let initial = try Self.initialModel(initialModel, of: stored) {
      let model = try initial.adapted(to: text.corpus.vocabulary, initialization: configuration.initialization).model
      trainer = try Trainer(
        corpus: text.corpus, split: split, configuration: configuration, model: model, threadCount: threadCount)
    } else {
      trainer = try Trainer(corpus: text.corpus, split: split, configuration: configuration, threadCount: threadCount)
    }
    trainer.horizon = stored.settings.budget.horizon(stepsPerEpoch: trainer.stepsPerEpoch)
    validationInterval = stored.settings.validationInterval ?? trainer.stepsPerEpoch
    self.stored = stored
    self.output = output
  }

  private static func initialModel(_ path: String?, of stored: StoredModel) throws -> LanguageModel? {
    guard let checksum = stored.checkpoint.initialChecksum else {
      guard path == nil else {
        throw UsageError.conflict("\(stored.path) is of a run that began with random weights; leave out --init-from")
      }
      return nil
    }
    guard let path else {
      throw UsageError.conflict(
        "\(stored.path) is of a run that began with the weights of the checkpoint with CRC-32C \(checksum); give that "
          + "checkpoint with --init-from")
    }
    let initial = try Checkpoint(widening: path)
    guard initial.checksum == checksum else {
      throw ToolError(
        .badData,
        "\(path): its CRC-32C is \(initial.checksum ?? "unknown"), and the run began with that of \(checksum); give that "
          + "checkpoint")
    }
    return initial.model
  }

  /// Trains up to the step of the model.
  ///
  /// - Returns: False after a signal.
  /// - Throws: `CorpusError` if the text can no longer be read.
  mutating func train() throws -> Bool {
    let last = stored.checkpoint.progress.step
    let start = secondsNow()
    if last == 0 { validationLoss = try trainer.validate { StopSignal.status != nil } }
    while trainer.progress.step < last {
      try trainer.advance()
      let step = trainer.progress.step
      output.update(
        .init(
          fraction: Double(step) / Double(last), loss: trainer.progress.interval.loss,
          charactersPerSecond: Double(trainer.progress.characterCount) / max(secondsNow() - start, 1e-9)),
        of: "step \(step) of \(last)")
      // Some schedules and restarts depend on validations.
      if trainer.isAtHorizon || step % validationInterval == 0 {
        validationLoss = try trainer.validate { StopSignal.status != nil }
        trainer.endReport()
      }
      guard StopSignal.status == nil else { return false }
    }
    return true
  }

  /// Compares the two models.
  ///
  /// - Returns: A sentence for models that are the same.
  /// - Throws: `ToolError` with status `diverged` if they differ.
  func verdict() throws(ToolError) -> String {
    let progress = stored.checkpoint.progress
    let conditions = "\(NumberText.plain(progress.step, "step")), \(trainer.model.kernelName) kernels"
    var (count, differing) = (0, 0)
    var firstName: String?
    for (own, other) in zip(trainer.validatedModel.pyTorchTensors, stored.checkpoint.model.pyTorchTensors) {
      let differences = zip(own.elements, other.elements).count { $0.bitPattern != $1.bitPattern }
      count += own.elements.count
      differing += differences
      if differences > 0, firstName == nil { firstName = own.name }
    }
    if let firstName {
      throw ToolError(
        .diverged,
        "\(stored.path): \(NumberText.grouped(differing)) of \(NumberText.grouped(count)) weights differ, the first in "
          + "\(firstName) (\(conditions)); the text, an option, the version or a CPU without fused multiply-add is another"
      )
    }
    if let loss = progress.validationLoss, loss != validationLoss {
      throw ToolError(
        .diverged,
        "\(stored.path): the weights are the same, and the validation loss is \(NumberText.shortest(loss)) in the file "
          + "and \(validationLoss.map(NumberText.shortest) ?? "missing") in this run; the validation set is another")
    }
    return "the same: \(NumberText.grouped(count)) weights"
      + (progress.validationLoss.map { " and the validation loss of \(lossText($0)) nats" } ?? "")
      + ", bit for bit (\(conditions))"
  }
}
