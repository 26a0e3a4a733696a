import ReferenceModel
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct EvaluationTests {
  /// Returns a text in which each character depends on the preceding ones, for a model with a short memory.
  private func makeText(count: Int) -> [UInt8] {
    var random = RandomGenerator(seed: 51)
    var last = 0
    return (0..<count).map { _ in
      last = (last + Int.random(in: 0..<3, using: &random)) % 11
      return UInt8(0x61 + last)
    }
  }

  /// Streams with a warm-up context have the same loss as one pass over the whole text.
  @Test(arguments: [RecurrentCell.lstm(), .gru(reset: .after)], [1, 3])
  func lossIsThatOfOnePass(cell: RecurrentCell, threads: Int) throws {
    let folder = try TemporaryFolder()
    let text = makeText(count: 2_800)
    let corpus = try Corpus(sources: [.file(folder.write(text))], unit: .character)
    try #require(corpus.vocabulary.count == 11)
    let range = 300..<2_800
    try #require(ValidationStreams(corpus: corpus, range: range, chunkLength: 32).batchSize > 3)

    let model = try makeModel(cell, vocabulary: 11, hidden: 8, layers: 1)
    var tensors: [String: [Float]] = [:]
    for tensor in model.pyTorchTensors { tensors[tensor.name] = tensor.elements.map { 4 * $0 } }
    model.setParameters(pyTorchTensors: tensors)

    let evaluation = Evaluation(model.configuration, corpus: corpus, range: range)
    #expect(evaluation.countedCharacters == range.count - 1)
    let loss = try #require(try evaluation.loss(of: model, threadCount: threads))
    let again = try evaluation.loss(of: model, threadCount: 2)
    #expect(loss == again, "every evaluation starts from a zero state")

    let reference = try model.makeReference()
    let ids = text[range].map { Int($0) - 0x61 }
    let expected = reference.loss(
      of: .init(inputs: ids.dropLast().map { [$0] }, targets: ids.dropFirst().map { [$0] }),
      from: reference.makeZeroStates(batchSize: 1)
    ).loss
    #expect(abs(loss - expected) < 1e-4)
  }

  @Test func aTextOfOneCharacterPredictsNothing() throws {
    let folder = try TemporaryFolder()
    let corpus = try Corpus(sources: [.file(folder.write(makeText(count: 50)))], unit: .character)
    let configuration = ModelConfiguration(
      cell: .rnn(), vocabularySize: corpus.vocabulary.count, hiddenSize: 4, layerCount: 1)
    #expect(Evaluation(configuration, corpus: corpus, range: 49..<50).countedCharacters == 0)
    #expect(Evaluation(configuration, corpus: corpus, range: 50..<50).countedCharacters == 0)
  }

  @Test func theLossOnATextIsThatOfItsEvaluation() throws {
    let model = try makeModel(.lstm(), vocabulary: 11, hidden: 8, layers: 1)
    let text = String(decoding: makeText(count: 700), as: UTF8.self)
    let corpus = try Corpus(sources: [.text(text)], vocabulary: model.vocabulary)
    let evaluation = Evaluation(model.configuration, corpus: corpus, range: 0..<700)
    #expect(try model.loss(on: corpus) == evaluation.loss(of: model, threadCount: 1))
    #expect(try model.loss(on: Corpus(sources: [.text("a")], vocabulary: model.vocabulary)) == nil)
  }
}
