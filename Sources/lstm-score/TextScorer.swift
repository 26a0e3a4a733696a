internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

final class TextScorer {
  let mixture: ModelMixture
  let options: ScoreOptions
  let malformedUTF8: MalformedUTF8Policy
  /// The separator of records, if the model was trained on separate texts.
  let separator: RecordSeparator?
  /// The settings of dynamic evaluation for each model; nil for fixed weights.
  let adaptations: [Adaptation?]
  /// Penalty for an unknown character, in nats; nil if unknown characters are not scored.
  let natsOfUnknown: Double?
  private let joint: JointRun
  private var progress = ProgressReporter(to: .standardError)
  private(set) var threadCount = 1

  /// - Parameter checkpoints: The models, whose probabilities are mixed; all predict the same characters.
  init(_ checkpoints: [Checkpoint], _ options: ScoreOptions, _ joint: JointRun) {
    self.joint = joint
    let checkpoint = checkpoints[0]
    mixture = ModelMixture(checkpoints.map(\.model), weights: options.mixture.weights)
    self.options = options
    malformedUTF8 = options.malformedUTF8 ?? checkpoint.training.malformedUTF8
    separator = mixture.vocabulary.separator
    adaptations = checkpoints.map { options.adaptation.adaptation(clip: $0.training.clip) }
    natsOfUnknown =
      options.unknown == .charge ? Score.natsOfUnknown(vocabularySize: mixture.vocabulary.count) : nil
    threadCount = usableThreadCount(options.threads ?? joint.defaultThreadCount, notice: notice)
    if let policy = options.malformedUTF8, mixture.vocabulary.unit == .byte {
      notice("--invalid \(policy.rawValue) has no effect: it is for a model of characters or graphemes")
    }
  }

  /// - Throws: `CorpusError`, or `ToolError` if there is nothing to score or the weights diverge.
  func score(_ file: String) throws -> Score {
    // Other processes cannot read the same pipe.
    if joint.processes.count == 1, TextSource(operand: file).isReadOnce { return try scoreArriving(file) }
    let corpus = try openText(file)
    var score = Score()
    if let pass = try makePass(corpus) {
      defer { clearProgress() }
      while let losses = try nextLosses(of: pass) {
        score.nats += losses.reduce(0.0) { $0 + Double($1) }
        showProgress(pass.fractionDone, file)
      }
      score.characters = pass.countedCharacters
      score.bytes = try byteCount(ofScored: pass.countedCharacters, in: corpus)
    }
    score.unknownCharacters = corpus.unknownSymbolCount
    if let unknown = corpus.unknown {
      score.unknownCharacters = unknown.count
      if let natsOfUnknown {
        score.characters += unknown.count
        score.bytes += unknown.byteCount
        score.nats += natsOfUnknown * Double(unknown.count)
      }
    }
    return score
  }

  private func openText(_ file: String) throws -> Corpus {
    let read = try readText(file)
    if let malformed = read.malformed { notice(malformed.notice(malformedUTF8)) }
    let corpus = options.unknown == .nearest ? try nearestText(to: read, file) : read
    let isTooShort = corpus.characterCount <= (separator == nil ? 1 : corpus.separatorCount)
    // A text whose characters are unknown has a row like others, so that the texts after it are scored.
    if isTooShort, corpus.unknown == nil {
      throw tooShort(file, characterCount: corpus.characterCount)
    }
    if let unknown = corpus.unknown { notice(about: unknown) }
    return corpus
  }

  func tooShort(_ file: String, characterCount: Int) -> ToolError {
    let length = NumberText.counted(characterCount, mixture.vocabulary.unit.rawValue)
    return ToolError(
      .badData,
      "\(names(of: [file])): "
        + (separator.map { "no \($0.recordName) that has any character" }
          ?? "too short (\(length), and the first is not scored)") + "; give more text")
  }

  func notice(about unknown: UnknownUnits) {
    let hint = mixture.vocabulary.hint(about: unknown.symbol).map { " (\($0))" } ?? ""
    notice(unknown.notice(unit: mixture.vocabulary.unit, natsEach: natsOfUnknown) + hint)
  }

  private func nearestText(to corpus: Corpus, _ file: String) throws(CorpusError) -> Corpus {
    let (nearest, count) = try corpus.withNearestCharacters()
    noticeReplacements(count, file)
    return nearest
  }

  func noticeReplacements(_ count: Int, _ file: String) {
    if count > 0 { notice("\(names(of: [file])): \(NumberText.counted(count, "character")) replaced by the nearest") }
  }

  private func readText(_ file: String) throws -> Corpus {
    do throws(CorpusError) {
      return try Corpus(
        sources: [TextSource(operand: file)], vocabulary: mixture.vocabulary, malformedUTF8: malformedUTF8,
        leavesOutUnknown: options.unknown != .error, share: joint.scanShare())
    } catch {
      throw explained(error)
    }
  }

  /// Returns an error with a remedy that suits the tool: the model fixes the text unit, so none is another unit.
  func explained(_ error: CorpusError) -> any Error {
    switch error {
    case .malformedUTF8(let path, _, let isRare):
      return ToolError(.badData, "\(error.problem); \(CorpusError.encodingRemedy(for: path, isRare: isRare))")
    case .unknownSymbol(_, _, let symbol, _):
      guard let hint = mixture.vocabulary.hint(about: symbol) else { return error }
      return ToolError(.badData, "\(error.problem) (\(hint)); use --unknown nearest, charge (each costs ln V) or skip")
    case .graphemeTooLong(let path, let byteOffset):
      return ToolError(
        .badData, "\(path): a grapheme longer than any that a model knows at byte \(byteOffset); shorten it")
    default: return error
    }
  }

  /// - Returns: Nil if there is nothing to predict.
  private func makePass(_ corpus: Corpus) throws -> (any ScoringPass)? {
    let whole = try CorpusPart.all(of: corpus)
    guard !whole.isEmpty else { return nil }
    let passes = try zip(mixture.models, adaptations).map { model, adaptation -> any ScoringPass in
      guard let adaptation else {
        return try EvaluationPass(
          model, corpus: corpus, part: whole, streamCount: options.passStreamCount, threadCount: threadCount,
          processes: joint.processes)
      }
      return try DynamicEvaluationPass(
        model, corpus: corpus, part: whole, adaptation: adaptation, threadCount: threadCount)
    }
    return MixturePass(passes, weights: mixture.weights)
  }

  private func nextLosses(of pass: any ScoringPass) throws -> [Float]? {
    guard let losses = try pass.next() else { return nil }
    try check(losses)
    return losses
  }

  /// - Throws: `ToolError` if a loss is NaN or infinite.
  func check(_ losses: [Float]) throws(ToolError) {
    guard !losses.allSatisfy(\.isFinite) else { return }
    throw options.adaptation.rate == nil
      ? ToolError(
        .badData, "the model's probabilities are NaN or infinite; give a model of a run that did not diverge")
      : options.adaptation.divergence
  }

  /// Returns the number of scored bytes. The last of a text's records counts a separator, even if the file has none.
  private func byteCount(ofScored characterCount: Int, in corpus: Corpus) throws -> Int {
    // Separators are scored once for each record that is not empty.
    if let separator { return corpus.readByteCount + (characterCount - corpus.characterCount) * separator.entry.count }
    return corpus.readByteCount - (try firstCharacter(of: corpus)).count
  }

  /// Returns the bytes of the first known character, which is not scored.
  private func firstCharacter(of corpus: Corpus) throws(CorpusError) -> [UInt8] {
    var cursor = UnitCursor(corpus)
    while let unit = try cursor.next() {
      if unit.isKnown { return unit.bytes }
    }
    return []
  }

  func notice(_ text: String) {
    if !options.isQuiet { progress.printLine("lstm-score: notice: \(text)") }
  }

  /// - Parameter fraction: The completed fraction of the text; nil to show nothing.
  func showProgress(_ fraction: Double?, _ file: String) {
    guard let fraction, !options.isQuiet else { return }
    progress.update(names(of: [file]), fraction: fraction, at: secondsNow())
  }

  func clearProgress() { progress.clear() }
}

extension UnknownUnits {
  /// - Parameter natsEach: The penalty for each, in nats; nil if they are left out.
  fileprivate func notice(unit: TextUnit, natsEach: Double?) -> String {
    let characters = NumberText.counted(count, "unknown \(unit.rawValue)")
    let first = ", the first, \(unit.name(of: symbol)), in \(path) at byte \(byteOffset)"
    guard let natsEach else { return "left out \(characters)\(first)" }
    return "penalty of ln V = \(NumberText.fixed(natsEach, decimals: 4)) nats for each of \(characters)\(first)"
  }
}
