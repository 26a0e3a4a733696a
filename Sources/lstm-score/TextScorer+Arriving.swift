internal import CommandLineSupport
internal import RecurrentEngine
internal import SystemCalls
internal import ToolSupport

// Texts that are read once, as they arrive.
extension TextScorer {
  /// The number of predictions of a mini-batch at first, so that the first rows come soon, and at most.
  private static let batchSizes = (first: 512, largest: 1 << 15)
  /// The number of characters of a block of a text that is divided into streams.
  private static let blockLength = 1 << 20

  /// Writes a row for each part of a text as soon as the part has come.
  ///
  /// - Throws: `CorpusError`, `OutputError`, or `ToolError` if there is nothing to score or the weights diverge.
  func list(_ file: String, as listing: Listing) throws {
    var rows = ScoreRows(listing, to: .standardOutput)
    if options.hasHeader { rows.addHeader() }
    let text = try openArriving(file)
    defer { clearProgress() }
    try score(text, file, for: &rows)
    try rows.finish()
  }

  /// Scores a text that can be read only once, in bounded memory.
  ///
  /// - Throws: The errors of ``score(_:)``.
  func scoreArriving(_ file: String) throws -> Score {
    let text = try openArriving(file)
    defer { clearProgress() }
    var total = ScoreTotal()
    if separator != nil || options.passStreamCount == 1 || adaptations.contains(where: { $0 != nil }) {
      try score(text, file, for: &total)
    } else {
      try scoreBlocks(of: text, file, for: &total)
    }
    total.score.unknownCharacters = text.unknown?.count ?? text.unknownSymbolCount
    return total.score
  }

  private func openArriving(_ file: String) throws -> ArrivingText {
    do throws(CorpusError) {
      return try ArrivingText(
        TextSource(operand: file), vocabulary: mixture.vocabulary, malformedUTF8: malformedUTF8,
        unknown: options.unknown.policy)
    } catch {
      throw explained(error)
    }
  }

  /// Passes the units of a text with their losses to a receiver, in mini-batches of records or in one stream.
  private func score(_ text: ArrivingText, _ file: String, for receiver: inout some ScoredUnitReceiver) throws {
    var queue = UnitQueue(mixture.vocabulary, natsOfUnknown: natsOfUnknown)
    var pass = RecordPass(mixture, adaptations, readsRecords: separator != nil, threadCount: threadCount)
    var batchSize = Self.batchSizes.first
    var units = ArrivedUnits()
    func deliver() throws {
      let (losses, unitCount) = pass.next(in: queue)
      try check(losses)
      try queue.deliver(unitCount, losses: losses, to: &receiver)
    }
    func pause() throws {
      try deliver()
      try receiver.pause()
    }
    do {
      while try text.next(into: &units, pausing: pause) {
        queue.append(units)
        guard queue.count >= batchSize else { continue }
        try deliver()
        batchSize = min(2 * batchSize, Self.batchSizes.largest)
        showProgress(text.fractionRead, file)
      }
    } catch let error as CorpusError {
      // The lines before the error have their rows.
      try pause()
      throw explained(error)
    }
    queue.endText()
    try checkLength(of: text, file, hasScored: queue.hasScored)
    try deliver()
    report(on: text, file)
  }

  /// Adds the losses of a text that is one sequence, in blocks that are divided into streams.
  private func scoreBlocks(of text: ArrivingText, _ file: String, for total: inout ScoreTotal) throws {
    let pass = ArrivingMixturePass(
      mixture.models.map {
        SequencePass(
          $0, rowCount: options.passStreamCount ?? ValidationStreams.maximumStreamCount, threadCount: threadCount)
      }, weights: mixture.weights)
    var (units, characters, contextCount) = (ArrivedUnits(), [Int32](), 0)
    func scoreBlock() throws {
      let block = PredictionBlock(
        characters, contextCount: contextCount, lineFeed: mixture.vocabulary.newlineID,
        streamCount: options.passStreamCount)
      let losses = pass.losses(of: block.predictions)
      try check(losses)
      total.score.nats += block.sum(of: losses)
      total.score.characters += block.countedCharacters
      contextCount = min(characters.count, PredictionBlock.contextLength)
      characters.removeFirst(characters.count - contextCount)
    }
    var isFirst = true
    do {
      while try text.next(into: &units, pausing: {}) {
        for index in 0..<units.count {
          let byteCount = units.byteCount(ofUnit: index)
          if units.ids[index] == ArrivedUnits.unknownID {
            total.addUnknown(nats: natsOfUnknown, byteCount: byteCount)
          } else {
            total.score.bytes += isFirst ? 0 : byteCount
            isFirst = false
            characters.append(units.ids[index])
          }
        }
        if characters.count >= contextCount + Self.blockLength { try scoreBlock() }
      }
    } catch let error as CorpusError {
      throw explained(error)
    }
    try checkLength(of: text, file, hasScored: text.characterCount > 1)
    if characters.count > max(1, contextCount) { try scoreBlock() }
    report(on: text, file)
  }

  private func checkLength(of text: ArrivingText, _ file: String, hasScored: Bool) throws {
    // A text whose characters are unknown has a row like others.
    guard !hasScored, text.unknown == nil else { return }
    throw tooShort(file, characterCount: text.characterCount)
  }

  private func report(on text: ArrivingText, _ file: String) {
    if let malformed = text.malformed { notice(malformed.notice(malformedUTF8)) }
    noticeReplacements(text.replacedCount, file)
    if let unknown = text.unknown { notice(about: unknown) }
  }
}

extension ArrivingText {
  /// The number of milliseconds without input after which a text pauses.
  private static let pause: Int32 = 2

  /// Replaces `units` by the next ones.
  ///
  /// - Parameter pause: Called before a longer wait.
  /// - Returns: False at the end of the text.
  /// - Throws: `CorpusError`, `OutputError.closedPipe` if nobody reads the output, and the errors of `pause`.
  fileprivate func next(into units: inout ArrivedUnits, pausing pause: () throws -> Void) throws -> Bool {
    if !isReady(within: Self.pause) {
      try pause()
      guard wait(whileRead: .standardOutput) else { throw OutputError.closedPipe }
    }
    units.removeAll()
    return try read(into: &units)
  }
}
