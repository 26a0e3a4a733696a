import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

struct WittenBellModelTests {
  private static let samples = Sample.all.filter { $0.bytes.count > 8 } + [sentences, letters]

  /// A text in which most n-grams of order 5 repeat.
  private static let sentences = Sample(
    name: "sentences",
    text: (0..<300).map { "the \(["cat", "dog", "sea"][$0 % 3]) saw the \(["ship", "moon"][$0 * $0 % 7 % 2]). " }
      .joined())

  /// A text for which the tables grow several times, and whose pieces end within n-grams.
  private static let letters: Sample = {
    var random = RandomGenerator(seed: 3)
    return Sample(
      name: "letters",
      text: String(decoding: (0..<12_000).map { _ in UInt8.random(in: 97...122, using: &random) }, as: UTF8.self))
  }()

  private static func corpus(_ text: String) throws -> Corpus { try Corpus(sources: [.bytes(Array(text.utf8))]) }

  private static func ids(_ corpus: Corpus) throws -> [Int32] {
    try corpus.makeReader(at: 0).read(count: corpus.characterCount)
  }

  @Test(arguments: samples)
  func lossesAreThoseOfDictionaries(sample: Sample) throws {
    let corpus = try Self.corpus(sample.text)
    let ids = try Self.ids(corpus)
    // Two ranges for training; the text between and after them is not counted.
    let length = ids.count
    let training = [0..<length / 3, length / 2..<length * 3 / 4]
    var model = WittenBellModel(vocabularySize: corpus.vocabulary.count, order: 5)
    try model.count(corpus, in: .characters(training))
    #expect(model.characterCount == training.reduce(0) { $0 + $1.count })
    let expected = DictionaryModel(
      vocabularySize: corpus.vocabulary.count, stretches: training.map { Array(ids[$0]) }, order: 5)
    let measured = [
      [0..<length], [length / 2..<length * 3 / 4], [length * 3 / 4..<length], [0..<length / 4, length / 3..<length],
    ]
    for ranges in measured where ranges.contains(where: { $0.count > 1 }) {
      let losses = try #require(try model.losses(on: corpus, in: .characters(ranges)))
      #expect(losses.count == 5)
      for (index, loss) in losses.enumerated() {
        let expectedLoss = expected.loss(of: ranges.map { Array(ids[$0]) }, order: index + 1)
        #expect(abs(loss - expectedLoss) < 1e-9, "order \(index + 1)")
      }
    }
  }

  /// The context of a line begins with the end mark before it.
  @Test(arguments: [
    Sample(name: "short lines", text: "ab\nba\nabba\n\nbab\nab\nb"),
    Sample(name: "lines of one letter", text: "\n\na\nb\nab\n"),
    Sample(name: "many lines", text: letters.text.replacing("z", with: "\n")),
  ])
  func lines(sample: Sample) throws {
    let text = sample.text
    let corpus = try Corpus(sources: [.text(text)], records: .newline)
    guard case .records(let starts) = try CorpusPart.all(of: corpus) else { return }
    let newline = try #require(corpus.vocabulary.newlineID)
    let lines = try text.split(separator: "\n").map {
      [newline] + (try corpus.vocabulary.encode(String($0))) + [newline]
    }
    try #require(lines.count == starts.count && lines.count > 1)
    // Every second line is held out.
    let isTraining = starts.indices.map { $0 % 2 == 0 }
    func part(_ isIn: (Bool) -> Bool) -> (CorpusPart, [[Int32]]) {
      let chosen = starts.indices.filter { isIn(isTraining[$0]) }
      return (.records(chosen.map { starts[$0] }), chosen.map { lines[$0] })
    }
    let ((training, trained), (heldOut, measured)) = (part { $0 }, part { !$0 })
    var model = WittenBellModel(vocabularySize: corpus.vocabulary.count, order: 5)
    try model.count(corpus, in: training)
    let expected = DictionaryModel(vocabularySize: corpus.vocabulary.count, lines: trained, order: 5)
    let losses = try #require(try model.losses(on: corpus, in: heldOut))
    for (index, loss) in losses.enumerated() {
      #expect(abs(loss - expected.loss(of: measured, order: index + 1)) < 1e-9, "order \(index + 1)")
    }
    #expect(try model.losses(on: corpus, in: .records([])) == nil)
  }

  @Test func aTextByHand() throws {
    let corpus = try Self.corpus("aaba")
    var model = WittenBellModel(vocabularySize: 2, order: 2)
    try model.count(corpus, in: .characters([0..<4]))
    // Four characters of two kinds, and order 0 predicts each with 1/2.
    let (a, b) = ((3 + 2 * 0.5) / (4 + 2), (1 + 2 * 0.5) / (4 + 2))
    // Two of the three "a" have a successor, of two kinds; the successor of "b" is "a".
    let (aa, ab, ba, bb) = ((1 + 2 * a) / 4, (1 + 2 * b) / 4, (1 + a) / 2, (0 + b) / 2)
    for (context, character, expected) in [([0], 0, aa), ([0], 1, ab), ([1], 0, ba), ([1], 1, bb), ([], 0, a)] {
      let probability = model.probability(of: Int32(character), after: context.map(Int32.init))
      #expect(abs(probability - expected) < 1e-15)
    }
    let losses = try #require(try model.losses(on: corpus, in: .characters([0..<4])))
    #expect(abs(losses[0] - -log(a * b * a) / 3) < 1e-15)
    #expect(abs(losses[1] - -log(aa * ab * ba) / 3) < 1e-15)
  }

  @Test(arguments: 1...5)
  func probabilitiesSumToOne(order: Int) throws {
    let corpus = try Self.corpus(Self.sentences.text)
    let ids = try Self.ids(corpus)
    // Half of these characters do not occur in the counted part, nor do a hundred others.
    let size = corpus.vocabulary.count + 100
    var model = WittenBellModel(vocabularySize: size, order: order)
    try model.count(corpus, in: .characters([0..<200]))
    let (end, unseen) = (Array(ids[190..<200]), Int32(size - 1))
    for context in [[], [ids[0]], Array(ids[50..<60]), end, [unseen], end + [unseen], [unseen] + ids[50..<53]] {
      let sum = (0..<Int32(size)).reduce(0.0) { $0 + model.probability(of: $1, after: context) }
      #expect(abs(sum - 1) < 1e-12)
    }
  }

  @Test func charactersThatWereNotSeenShareAlike() throws {
    let corpus = try Self.corpus("aabab")
    var model = WittenBellModel(vocabularySize: 10, order: 3)
    #expect(model.probability(of: 7, after: []) == 0.1, "nothing has been counted")
    try model.count(corpus, in: .characters([0..<5]))
    // At order 1, 2/7 of the probability is spread over ten characters, and so on.
    #expect(abs(model.probability(of: 7, after: [9]) - 2 / 7.0 * 0.1) < 1e-15)
    #expect(abs(model.probability(of: 9, after: [1]) - 1 / 2.0 * 2 / 7 * 0.1) < 1e-15)
    #expect(
      (2..<10).allSatisfy { model.probability(of: $0, after: [0, 1]) == model.probability(of: 5, after: [0, 1]) })
  }

  @Test func ordersAreGivenUpWhereMemoryIsShort() throws {
    let corpus = try Self.corpus(Self.letters.text)
    let part = try CorpusPart.all(of: corpus)
    func model(byteLimit: Int) throws -> WittenBellModel {
      var model = WittenBellModel(vocabularySize: 26, order: 5, byteLimit: byteLimit)
      try model.count(corpus, in: part)
      return model
    }
    let whole = try model(byteLimit: .max)
    let losses = try #require(try whole.losses(on: corpus, in: part))
    #expect(whole.order == 5)
    var orders: [Int] = []
    for byteLimit in stride(from: 0, through: 3_000_000, by: 500_000) {
      let limited = try model(byteLimit: byteLimit)
      #expect(limited.order == 1 || limited.byteCount <= byteLimit)
      #expect(try limited.losses(on: corpus, in: part) == Array(losses.prefix(limited.order)))
      orders.append(limited.order)
    }
    #expect(orders.first == 1 && orders.last == 5 && orders == orders.sorted())
  }

  @Test func tooLittleTextAndNoTime() throws {
    let corpus = try Self.corpus("abcabc")
    var model = WittenBellModel(vocabularySize: 3, order: 2)
    try model.count(corpus, in: .characters([0..<6]))
    #expect(try model.losses(on: corpus, in: .characters([2..<3, 4..<5])) == nil)
    #expect(try model.losses(on: corpus, in: .characters([6..<6])) == nil)
    #expect(try model.losses(on: corpus, in: .characters([0..<6]), isCancelled: { true }) == nil)
    #expect(try model.losses(on: corpus, in: .characters([0..<6]))?.count == 2)
    let long = try Self.corpus(Self.letters.text)
    var cancelled = WittenBellModel(vocabularySize: 26, order: 2)
    try cancelled.count(long, in: .all(of: long), isCancelled: { true })
    #expect(cancelled.characterCount < long.characterCount)
  }
}
