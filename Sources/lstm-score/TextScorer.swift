internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

final class TextScorer {
  private let mixture: ModelMixture
  private let options: ScoreOptions
  private let malformedUTF8: MalformedUTF8Policy
  /// The separator of records, if the model was trained on separate texts.
  private let separator: RecordSeparator?
  /// The settings of dynamic evaluation for each model; nil for fixed weights.
  private let adaptations: [Adaptation?]
  /// Penalty for an unknown character, in nats; nil if unknown characters are not scored.
  private let natsOfUnknown: Double?
  private let processes: any ProcessGroup
  private var progress = ProgressReporter(to: .standardError)
  private var threadCount = 1

  /// - Parameter checkpoints: The models, whose probabilities are mixed; all predict the same characters.
  init(_ checkpoints: [Checkpoint], _ options: ScoreOptions, _ joint: JointRun) {
    processes = joint.processes
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
    let corpus = try openText(file)
    var score = Score()
    if let pass = try makePass(corpus) {
      defer { progress.clear() }
      while let losses = try nextLosses(of: pass) {
        score.nats += losses.reduce(0.0) { $0 + Double($1) }
        showProgress(pass, file)
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

  /// - Throws: The errors of ``score(_:)``, and `OutputError`.
  func list(_ file: String, as listing: Listing) throws {
    let corpus = try openText(file)
    var costs = UnitCosts(corpus, separator, natsOfUnknown: natsOfUnknown)
    var rows = ScoreRows(listing, to: .standardOutput)
    if options.hasHeader { rows.addHeader() }
    let pass = try makePass(corpus)
    while let pass, let losses = try nextLosses(of: pass) {
      for loss in losses { try costs.advance(nats: Double(loss)) { try rows.add($0, nats: $1) } }
    }
    try costs.finish { try rows.add($0, nats: $1) }
    try rows.finish()
  }

  private func openText(_ file: String) throws -> Corpus {
    let read = try readText(file)
    if let malformed = read.malformed { notice(malformed.notice(malformedUTF8)) }
    let corpus = options.unknown == .nearest ? try nearestText(to: read, file) : read
    let isTooShort = corpus.characterCount <= (separator == nil ? 1 : corpus.separatorCount)
    // A text whose characters are unknown has a row like others, so that the texts after it are scored.
    if isTooShort, corpus.unknown == nil {
      let length = NumberText.counted(corpus.characterCount, mixture.vocabulary.unit.rawValue)
      throw ToolError(
        .badData,
        "\(names(of: [file])): "
          + (separator.map { "no \($0.recordName) that has any character" }
            ?? "too short (\(length), and the first is not scored)")
          + "; give more text")
    }
    if let unknown = corpus.unknown {
      let hint = mixture.vocabulary.hint(about: unknown.symbol).map { " (\($0))" } ?? ""
      notice(unknown.notice(unit: mixture.vocabulary.unit, natsEach: natsOfUnknown) + hint)
    }
    return corpus
  }

  private func nearestText(to corpus: Corpus, _ file: String) throws(CorpusError) -> Corpus {
    let (nearest, count) = try corpus.withNearestCharacters()
    if count > 0 { notice("\(names(of: [file])): \(NumberText.counted(count, "character")) replaced by the nearest") }
    return nearest
  }

  private func readText(_ file: String) throws -> Corpus {
    do throws(CorpusError) {
      return try Corpus(
        sources: [TextSource(operand: file)], vocabulary: mixture.vocabulary, malformedUTF8: malformedUTF8,
        leavesOutUnknown: options.unknown != .error)
    } catch {
      throw explained(error)
    }
  }

  /// Returns an error with a remedy that suits the tool: the model fixes the text unit, so none is another unit.
  private func explained(_ error: CorpusError) -> any Error {
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
          processes: processes)
      }
      return try DynamicEvaluationPass(
        model, corpus: corpus, part: whole, adaptation: adaptation, threadCount: threadCount)
    }
    return MixturePass(passes, weights: mixture.weights)
  }

  private func nextLosses(of pass: any ScoringPass) throws -> [Float]? {
    guard let losses = try pass.next() else { return nil }
    guard losses.allSatisfy(\.isFinite) else {
      throw options.adaptation.rate == nil
        ? ToolError(
          .badData, "the model's probabilities are NaN or infinite; give a model of a run that did not diverge")
        : options.adaptation.divergence
    }
    return losses
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

  private func notice(_ text: String) {
    if !options.isQuiet { progress.printLine("lstm-score: notice: \(text)") }
  }

  private func showProgress(_ pass: any ScoringPass, _ file: String) {
    if !options.isQuiet { progress.update(names(of: [file]), fraction: pass.fractionDone, at: secondsNow()) }
  }
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
