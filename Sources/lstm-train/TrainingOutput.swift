internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Messages to the user, on standard error.
final class TrainingOutput {
  private let isQuiet: Bool
  private var progress: ProgressReporter
  private var heldOut: HeldOutText?

  init(_ options: TrainOptions) {
    isQuiet = options.isQuiet
    progress = ProgressReporter(to: .standardError, style: options.progress)
  }

  func print(_ line: String) {
    if !isQuiet { progress.printLine(line) }
  }

  func notice(_ text: String) { print("lstm-train: notice: \(text)") }

  /// What went wrong, though not so that the tool ends: said even when it is to be quiet.
  func warning(_ text: String) { progress.printLine("lstm-train: warning: \(text)") }

  /// - Parameter status: Makes the line; its argument says whether more than ASCII can be shown.
  func update(_ status: (_ showsUnicode: Bool) -> StatusLine, fraction: Double, at seconds: Double) {
    guard !isQuiet else { return }
    progress.update(status(progress.showsUnicode), fraction: fraction, at: seconds)
  }

  /// What the model writes, apart from what the tool says by a bar before each line.
  func show(sample: String, step: Int) {
    print("sample after step \(NumberText.grouped(step)):")
    for line in sample.split(separator: "\n", omittingEmptySubsequences: false) where !isQuiet {
      progress.printLine("  | \(line)", keepsSpaces: true)
    }
  }

  func clear() { progress.clear() }

  func describe(_ corpus: Corpus, files: [String], heldOutFiles: [String], _ policy: MalformedUTF8Policy) {
    let texts = names(of: files + heldOutFiles)
    print(
      "text: \(texts): \(NumberText.byteSize(corpus.byteCount)), "
        + "\(NumberText.counted(corpus.characterCount, corpus.vocabulary.unit.rawValue)), "
        + "\(NumberText.grouped(corpus.vocabulary.count)) different")
    if !heldOutFiles.isEmpty { notice("the vocabulary is of \(texts) together") }
    if let malformed = corpus.malformed { notice(malformed.notice(policy)) }
  }

  /// Shows the settings, how the text is divided, and the model.
  func describe(_ run: ResolvedRun, _ text: TrainingText) {
    let settings = run.options.training
    if run.hasChosenSettings, !isQuiet {
      let heldOut = TrainingSettings.heldOutFileOptions.flatMap { $0.arguments(for: settings) }
      let command = ShellCommand.text(["lstm-train"] + run.arguments + heldOut + text.files)
      progress.printLine("settings: \(command)", keepsSpaces: true)
    }
    heldOut = HeldOutText(run.split, run.configuration, settings)
    if run.configuration.division.readsLines { describeLines(run.split) }
    let (fitted, asked) = (run.configuration, settings.configuration)
    if fitted.chunkLength < asked.chunkLength || fitted.batchSize < asked.batchSize {
      notice(
        "the text is short: training with --batch-size \(fitted.batchSize) --seq-length \(fitted.chunkLength)")
    }
    if run.split.validation.isEmpty, !run.options.isDryRun {
      notice("nothing is held out: there is no validation, and the newest model is kept")
    }
    let model = fitted.modelConfiguration(vocabularySize: text.corpus.vocabulary.count)
    print(
      "model: \(model.cell.rawValue), \(model.layerCount) × \(model.hiddenSize) units\(model.extrasText), "
        + "\(NumberText.grouped(model.parameterCount)) parameters; "
        + "\(NumberText.byteSize(run.memory.totalBytes)) of memory with "
        + "\(NumberText.counted(fitted.batchSize, "stream")) of \(NumberText.counted(fitted.chunkLength, "step"))")
  }

  private func describeLines(_ split: CorpusSplit) {
    let parts = [
      (split.training, "to train on"), (split.validation, "for validation"), (split.test, "for a last test"),
    ]
    print(
      "lines: "
        + parts.filter { !$0.0.isEmpty }.map { "\(NumberText.grouped($0.0.count)) \($0.1)" }.joined(separator: ", "))
  }

  /// Which characters a model has lost and which it has yet to learn.
  func describe(_ match: VocabularyMatch, from old: Vocabulary, to new: Vocabulary) {
    func list(_ ids: [Int32], of vocabulary: Vocabulary) -> String {
      let shown = ids.prefix(20).map { "'" + String(decoding: vocabulary.bytes(of: $0), as: UTF8.self) + "'" }
      return shown.joined(separator: " ") + (ids.count > shown.count ? " …" : "")
    }
    for (what, ids, vocabulary) in [("new", match.added, new), ("dropped", match.dropped, old)] where !ids.isEmpty {
      print("\(NumberText.counted(ids.count, vocabulary.unit.rawValue)) \(what): \(list(ids, of: vocabulary))")
    }
  }

  /// What a run has come to.
  ///
  /// - Parameter testLoss: Of the selected model, in nats; nil if nothing is held out for a test.
  /// - Throws: `CorpusError` if the held-out text cannot be read any more.
  func conclude(_ trainer: Trainer, testLoss: Double?, _ options: TrainOptions) throws(CorpusError) {
    let best = trainer.progress.best
    if let best {
      let figures = figures(best.loss, trainer, bytesPerUnit: try trainer.validationBytesPerCharacter())
      print(
        "best validation loss: \(figures), at step \(NumberText.grouped(best.step)), \(heldOut?.validation ?? "")")
    }
    if let testLoss {
      let figures = figures(testLoss, trainer, bytesPerUnit: try trainer.testBytesPerCharacter())
      print("test loss of the \(best == nil ? "newest" : "best") model: \(figures), \(heldOut?.test ?? "")")
    }
    print("model: \(options.checkpoint); loss curve: \(options.log)")
  }

  /// Sets the best loss in validation, if there was any, beside those of n-gram models.
  ///
  /// - Throws: `CorpusError` if the text cannot be read any more.
  func compareWithBaselines(_ trainer: Trainer, _ run: ResolvedRun, _ text: TrainingText) throws {
    guard !isQuiet else { return }
    guard trainer.canValidate else {
      return notice("nothing is held out for --baselines; give a higher --val-fraction")
    }
    guard let baselines = try Baselines(text.corpus, run.split) else { return }
    baselines.notice.map(notice)
    print("held-out part, per \(trainer.configuration.unit.rawValue):")
    for line in baselines.table(trainer.model.configuration, loss: trainer.progress.best?.loss) {
      progress.printLine(line, keepsSpaces: true)
    }
  }

  private func figures(_ nats: Double, _ trainer: Trainer, bytesPerUnit: Double) -> String {
    let bits = nats * bitsPerNat
    let unit = trainer.configuration.unit
    return
      "\(NumberText.fixed(nats, decimals: 4)) nats, \(NumberText.fixed(bits, decimals: 4)) bits per \(unit.rawValue)"
      + (unit == .byte ? "" : ", \(NumberText.fixed(bits / bytesPerUnit, decimals: 4)) bits per byte of UTF-8")
  }

  func describeSpeed(of trainer: Trainer) throws {
    let speed = try trainer.measureSpeed()
    print(
      "speed: \(NumberText.rate(speed.charactersPerSecond, unit: "characters")) with "
        + "\(NumberText.counted(trainer.threadCount, "thread")) and "
        + "\(trainer.model.kernelName) kernels; "
        + "\(NumberText.counted(trainer.stepsPerEpoch, "step")) an epoch")
  }
}

extension Trainer {
  /// Times three steps after a first one, which meets cold memory. The model learns from them.
  ///
  /// - Throws: `CorpusError` if the text cannot be read any more.
  func measureSpeed() throws(CorpusError) -> (charactersPerSecond: Double, secondsPerStep: Double) {
    try advance()
    let start = secondsNow()
    var characters = 0
    for _ in 0..<3 { characters += try advance().countedCharacters }
    let seconds = max(secondsNow() - start, 1e-9)
    return (Double(characters) / seconds, seconds / 3)
  }
}
