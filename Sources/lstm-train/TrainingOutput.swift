internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Messages to the user, on standard error.
final class TrainingOutput: MessageOutput {
  private let isQuiet: Bool
  private var progress: ProgressReporter
  private var heldOut: HeldOutText?
  private var unigrams: UnigramBaseline?

  init(_ options: TrainOptions) {
    isQuiet = options.isQuiet
    progress = ProgressReporter(to: .standardError, style: options.progress)
  }

  let tool = "lstm-train"

  var showsUnicode: Bool { progress.showsUnicode }

  func print(_ line: String, keepsSpaces: Bool) {
    if !isQuiet { progress.printLine(line, keepsSpaces: keepsSpaces) }
  }

  /// Prints a failure that does not end the run, even with `--quiet`.
  func warning(_ text: String) { progress.printLine("lstm-train: warning: \(text)") }

  func update(_ status: (_ showsUnicode: Bool) -> StatusLine, fraction: Double, at seconds: Double) {
    guard !isQuiet else { return }
    let line = status(progress.showsUnicode)
    progress.update(line, fraction: fraction, at: seconds)
  }

  func show(sample: String, step: Int) {
    print("sample after step \(step):")
    for line in sample.split(separator: "\n", omittingEmptySubsequences: false) where !isQuiet {
      progress.printLine("  | \(line)", keepsSpaces: true)
    }
  }

  func clear() { progress.clear() }

  /// Prints the settings, the division of the text, and the model.
  ///
  /// - Throws: `CorpusError` if the held-out text can no longer be read.
  func describe(_ run: ResolvedRun, _ text: TrainingText) throws(CorpusError) {
    let settings = run.options.training
    if run.hasChosenSettings { print("settings", command: run.command, files: text.files) }
    if !run.reasons.isEmpty { print("reasons: \(run.reasons.joined(separator: "; "))") }
    let heldOut = HeldOutText(run.split, run.configuration, settings)
    self.heldOut = heldOut
    unigrams = try UnigramBaseline(text.corpus, run.split)
    if let unigrams, unigrams.isUnlikeTraining {
      notice(
        "the validation set is unlike the training set: \(nats(unigrams.loss)) per character with the character "
          + "frequencies of the training set, \(nats(unigrams.entropy)) with its own; \(heldOut.alternatives)")
    }
    if let separator = run.configuration.division.records { describeRecords(run.split, separator) }
    let fitted = run.configuration
    noticeShortText(fitted, settings.configuration)
    if run.split.validation.isEmpty, !run.options.isDryRun {
      notice("no validation set: the newest model is saved instead of the best")
    }
    describe(fitted, vocabularySize: text.corpus.vocabulary.count, memory: run.memory)
  }

  private func describeRecords(_ split: CorpusSplit, _ separator: RecordSeparator) {
    let parts = [
      (split.training, "for training"), (split.validation, "for validation"), (split.test, "for testing"),
    ]
    print(
      "\(separator.recordName)s: "
        + parts.filter { !$0.0.isEmpty }.map { "\($0.0.count) \($0.1)" }.joined(separator: ", "))
  }

  /// - Parameter testLoss: The test loss of the selected model, in nats per character; nil without a test set.
  /// - Throws: `CorpusError` if the held-out text can no longer be read.
  func conclude(_ trainer: Trainer, testLoss: Double?, _ options: TrainOptions) throws(CorpusError) {
    let best = trainer.progress.best
    if let best {
      let figures = figures(best.loss, trainer, bytesPerUnit: try trainer.validationBytesPerCharacter())
      print(
        "best validation loss: \(figures), at step \(best.step); validation set: \(heldOut?.validation ?? "")")
      if let unigrams, let heldOut, best.loss > unigrams.chance {
        let remedy = unigrams.isUnlikeTraining ? "" : "train longer, or "
        notice(
          "that is worse than \(nats(unigrams.chance)), the loss of a model without context; "
            + remedy + heldOut.alternatives)
      }
    }
    if let testLoss {
      let figures = figures(testLoss, trainer, bytesPerUnit: try trainer.testBytesPerCharacter())
      print("test loss of the \(best == nil ? "newest" : "best") model: \(figures); test set: \(heldOut?.test ?? "")")
    }
    print("model: \(options.checkpoint); loss curve: \(options.log)")
  }

  /// - Throws: `CorpusError` if the text can no longer be read.
  func compareWithBaselines(_ trainer: Trainer, _ run: ResolvedRun, _ text: TrainingText) throws {
    guard !isQuiet else { return }
    guard trainer.canValidate else {
      return notice("--baselines needs a validation set; give a higher --val-fraction")
    }
    guard let baselines = try Baselines(text.corpus, run.split) else { return }
    baselines.notice.map(notice)
    print("validation set, per \(trainer.configuration.unit.rawValue):")
    for line in baselines.table(trainer.model.configuration, loss: trainer.progress.best?.loss) {
      progress.printLine(line, keepsSpaces: true)
    }
  }

  private func nats(_ loss: Double) -> String { "\(NumberText.fixed(loss, decimals: 2)) nats" }

  private func figures(_ nats: Double, _ trainer: Trainer, bytesPerUnit: Double) -> String {
    let bits = nats * bitsPerNat
    let unit = trainer.configuration.unit
    return
      "\(NumberText.fixed(nats, decimals: 4)) nats, \(NumberText.fixed(bits, decimals: 4)) bits per \(unit.rawValue)"
      + (unit == .byte ? "" : ", \(NumberText.fixed(bits / bytesPerUnit, decimals: 4)) bits per byte of UTF-8")
  }

  func describeSpeed(of trainer: Trainer) throws {
    let speed = try trainer.measureSpeed()
    let rate = NumberText.rate(speed.charactersPerSecond, unit: "characters")
    let threads = NumberText.plain(trainer.threadCount, "thread")
    let steps = NumberText.plain(trainer.stepsPerEpoch, "step")
    print("speed: \(rate) with \(threads) and \(trainer.model.kernelName) kernels; \(steps) an epoch")
  }
}
