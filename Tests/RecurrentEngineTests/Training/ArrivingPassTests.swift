import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import TextCorpus

/// Tests of passes over characters as they arrive: their losses are those of passes over a corpus, bit for bit.
@Suite struct ArrivingPassTests {
  private func makeText(count: Int, hasLineFeed: Bool = true) -> String {
    var random = RandomGenerator(seed: 8)
    return (0..<count).map { _ in
      hasLineFeed && random.next(below: 9) == 0 ? "\n" : ["a", "b", "c", "d"][random.next(below: 4)]
    }.joined()
  }

  private func makeModel(_ cell: RecurrentCell, _ variant: Variant, _ corpus: Corpus) throws -> LanguageModel {
    try LanguageModel(
      ModelConfiguration(
        cell: cell, vocabularySize: corpus.vocabulary.count, hiddenSize: 21, layerCount: 2,
        normalization: variant.normalization, connection: variant.connection),
      vocabulary: corpus.vocabulary, initialization: Initialization(seed: 3))
  }

  private func losses(of pass: any ScoringPass) throws -> [Float] {
    var losses: [Float] = []
    while let chunk = try pass.next() { losses += chunk }
    return losses
  }

  /// Returns the losses of predictions that arrive in pieces of random lengths.
  private func losses(of predictions: Predictions, _ pass: any ArrivingPass, longest: Int) -> [Float] {
    var random = RandomGenerator(seed: 9)
    var (losses, rest) = ([Float](), predictions)
    while !rest.isEmpty {
      let count = min(rest.count, 1 + random.next(below: longest))
      losses += pass.losses(of: rest.prefix(count))
      rest.removeFirst(count)
    }
    return losses
  }

  private func sequence(_ ids: [Int32]) -> Predictions {
    var predictions = Predictions()
    for (input, target) in zip(ids, ids.dropFirst()) { predictions.append(target, after: input) }
    return predictions
  }

  private func lines(_ ids: [Int32], endMark: Int32) -> Predictions {
    var predictions = Predictions()
    var last: Int32?
    for id in ids {
      if id != endMark || last != nil { predictions.append(id, after: last ?? endMark, isStart: last == nil) }
      last = id == endMark ? nil : id
    }
    return predictions
  }

  @Test(arguments: RecurrentCell.allCases, [Variant.plain, .gated])
  func oneStream(cell: RecurrentCell, variant: Variant) throws {
    let corpus = try Corpus(sources: [.text(makeText(count: 400))])
    let model = try makeModel(cell, variant, corpus)
    let ids = try corpus.vocabulary.encode(makeText(count: 400))
    let whole = try losses(of: EvaluationPass(model, corpus: corpus, range: 0..<400, streamCount: 1, threadCount: 1))
    let arriving = losses(of: sequence(ids), ContinuousPass(model, holdsSequences: false), longest: 50)
    #expect(arriving == whole)
    for rate in [nil, 0.1] {
      let adaptation = Adaptation(rate: rate, chunkLength: 13, clip: 1)
      let expected = try losses(
        of: DynamicEvaluationPass(model, corpus: corpus, range: 0..<400, adaptation: adaptation, threadCount: 1))
      let pass = ContinuousPass(model, adaptation: adaptation, holdsSequences: false)
      #expect(losses(of: sequence(ids), pass, longest: 20) == expected && expected != whole)
    }
  }

  @Test(arguments: RecurrentCell.allCases)
  func linesAsRows(cell: RecurrentCell) throws {
    let text = "abc\n" + makeText(count: 600) + "\n"
    let corpus = try Corpus(sources: [.text(text)], records: .newline)
    let model = try makeModel(cell, .plain, corpus)
    let endMark = try #require(corpus.vocabulary.endMark)
    let predictions = lines(try corpus.vocabulary.encode(text), endMark: endMark)
    let part = try CorpusPart.all(of: corpus)
    let expected = try losses(of: EvaluationPass(model, corpus: corpus, part: part, streamCount: 1, threadCount: 1))
    #expect(expected.count == predictions.count)
    for (rowCount, threadCount) in [(1, 1), (7, 2), (64, 3), (500, 1)] {
      let pass = SequencePass(model, rowCount: rowCount, threadCount: threadCount)
      #expect(pass.losses(of: predictions) == expected && pass.losses(of: Predictions()).isEmpty)
    }
    #expect(losses(of: predictions, ContinuousPass(model, holdsSequences: true), longest: 9) == expected)
    let mixed = ArrivingMixturePass([SequencePass(model), SequencePass(model)], weights: [0.5, 0.5])
    #expect(zip(mixed.losses(of: predictions), expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// The first block has the loss of the whole text, and all blocks nearly that of one stream.
  @Test(arguments: [true, false], [nil, 1, 3])
  func blocks(hasLineFeed: Bool, streamCount: Int?) throws {
    let text = makeText(count: 5000, hasLineFeed: hasLineFeed)
    let corpus = try Corpus(sources: [.text(text)])
    let model = try makeModel(RecurrentCell.allCases[0], .plain, corpus)
    let ids = try corpus.vocabulary.encode(text)
    func sum(_ blockLength: Int) -> (nats: Double, count: Int) {
      let pass = SequencePass(model)
      var (sum, count, contextCount, first) = (0.0, 0, 0, 0)
      while first < ids.count {
        let end = min(ids.count, first + blockLength)
        let block = PredictionBlock(
          Array(ids[(first - contextCount)..<end]), contextCount: contextCount, lineFeed: corpus.vocabulary.newlineID,
          streamCount: streamCount)
        sum += block.sum(of: pass.losses(of: block.predictions))
        count += block.countedCharacters
        first = end
        contextCount = min(end, PredictionBlock.contextLength)
      }
      return (sum, count)
    }
    let pass = EvaluationPass(model, corpus: corpus, range: 0..<5000, streamCount: streamCount, threadCount: 1)
    var expected = 0.0
    while let chunk = try pass.next() { expected += chunk.reduce(0.0) { $0 + Double($1) } }
    #expect(sum(5000) == (expected, 4999))
    for length in [700, 2100] {
      let (nats, count) = sum(length)
      #expect(count == 4999 && abs(nats - expected) < 1e-4 * 4999)
    }
  }
}
