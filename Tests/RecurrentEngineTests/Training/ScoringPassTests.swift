import Foundation
import ReferenceModel
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the cost of each character against scalar Double.
@Suite struct ScoringPassTests {
  private func makeCorpus(in folder: TemporaryFolder, count: Int) throws -> (corpus: Corpus, ids: [Int]) {
    var random = RandomGenerator(seed: 5)
    let ids = (0..<count).map { _ in Int.random(in: 0..<7, using: &random) }
    let path = try folder.write(ids.map { UInt8(0x61 + $0) })
    return (try Corpus(sources: [.file(path)], vocabulary: makeVocabulary(count: 7)), ids)
  }

  private func losses(of pass: any ScoringPass) throws -> [Float] {
    var losses: [Float] = []
    while let chunk = try pass.next() { losses += chunk }
    return losses
  }

  private func chunk(_ ids: ArraySlice<Int>) -> ReferenceModel.Chunk {
    ReferenceModel.Chunk(inputs: ids.dropLast().map { [$0] }, targets: ids.dropFirst().map { [$0] })
  }

  @Test(arguments: RecurrentCell.allCases, [Variant.plain, .gated])
  func everyCharacterCostsWhatTheReferenceSays(cell: RecurrentCell, variant: Variant) throws {
    let folder = try TemporaryFolder()
    let (corpus, ids) = try makeCorpus(in: folder, count: 75)
    let model = try makeModel(cell, variant, vocabulary: 7, hidden: 9, layers: 2)
    let pass = EvaluationPass(model, corpus: corpus, range: 0..<75, streamCount: 1, threadCount: 2)
    #expect(pass.countedCharacters == 74)
    let losses = try losses(of: pass)
    #expect(losses.count == 74)

    let reference = try model.makeReference()
    var states = reference.makeZeroStates(batchSize: 1)
    for (index, actual) in losses.enumerated() {
      let (loss, after) = reference.loss(of: chunk(ids[index...index + 1]), from: states)
      #expect(abs(Double(actual) - loss) < 1e-5, "character \(index + 1)")
      states = after
    }
  }

  /// The model reads a line feed before every stream.
  @Test(arguments: RecurrentCell.allCases)
  func aPassBeginsAsALineDoes(cell: RecurrentCell) throws {
    let text = String(repeating: "quick\nand\nquiet\n", count: 4)
    let corpus = try Corpus(sources: [.text(text)], unit: .character)
    let count = corpus.characterCount
    let model = try LanguageModel(
      ModelConfiguration(cell: cell, vocabularySize: corpus.vocabulary.count, hiddenSize: 9, layerCount: 2),
      vocabulary: corpus.vocabulary)
    let lineFeed = Int(try #require(corpus.vocabulary.newlineID))
    let ids = try corpus.vocabulary.encode(Array(text.utf8)).map { Int($0) }
    let reference = try model.makeReference()
    let begun = reference.loss(of: chunk([lineFeed, ids[0]]), from: reference.makeZeroStates(batchSize: 1)).finalStates
    let expected = reference.loss(of: chunk(ids[...]), from: begun).loss
    for pass: any ScoringPass in [
      EvaluationPass(model, corpus: corpus, range: 0..<count, streamCount: 1, threadCount: 1),
      DynamicEvaluationPass(
        model, corpus: corpus, range: 0..<count, adaptation: Adaptation(rate: 0, chunkLength: 10, clip: nil),
        threadCount: 1),
    ] {
      let losses = try losses(of: pass)
      #expect(losses.count == count - 1)
      #expect(abs(losses.reduce(0.0) { $0 + Double($1) } / Double(count - 1) - expected) < 1e-5)
    }
  }

  /// Each chunk is scored with the weights after the previous chunks, and followed by a clipped SGD step.
  @Test(arguments: RecurrentCell.allCases, [nil, 0.3])
  func aModelThatFollowsTheText(cell: RecurrentCell, clip: Double?) throws {
    for variant in [Variant.plain, .gated] {
      try follow(makeModel(cell, variant, vocabulary: 7, hidden: 9, layers: 2), clip)
    }
  }

  private func follow(_ model: LanguageModel, _ clip: Double?) throws {
    let folder = try TemporaryFolder()
    let (corpus, ids) = try makeCorpus(in: folder, count: 43)
    let before = model.pyTorchTensors.map(\.elements)
    let adaptation = Adaptation(rate: 0.5, chunkLength: 10, clip: clip)
    let pass = DynamicEvaluationPass(model, corpus: corpus, range: 0..<43, adaptation: adaptation, threadCount: 2)
    let losses = try losses(of: pass)
    #expect(losses.count == 42)
    let isUnchanged = model.pyTorchTensors.map(\.elements) == before
    #expect(isUnchanged, "the model is unchanged")

    var reference = try model.makeReference()
    var states = reference.makeZeroStates(batchSize: 1)
    for first in stride(from: 0, to: 42, by: 10) {
      let count = min(10, 42 - first)
      let chunk = chunk(ids[first...first + count])
      let (loss, after) = reference.loss(of: chunk, from: states)
      let actual = losses[first..<first + count].reduce(0.0) { $0 + Double($1) } / Double(count)
      #expect(abs(actual - loss) < 2e-5, "from character \(first)")
      reference.descend(reference.gradients(of: chunk, from: states).parameters.parameters, rate: 0.5, clip: clip)
      states = after
    }
  }

  /// Without a rate, each element of the gradient is divided by its root mean square so far, and each weight returns a
  /// little to the trained one.
  @Test(arguments: [nil, 0.3])
  func aModelThatFollowsTheTextWithoutARate(clip: Double?) throws {
    let folder = try TemporaryFolder()
    let (corpus, ids) = try makeCorpus(in: folder, count: 43)
    let model = try makeModel(.lstm(), .plain, vocabulary: 7, hidden: 9, layers: 2)
    let adaptation = Adaptation(rate: nil, chunkLength: 10, clip: clip)
    let losses = try losses(
      of: DynamicEvaluationPass(model, corpus: corpus, range: 0..<43, adaptation: adaptation, threadCount: 2))

    var reference = try model.makeReference()
    let trained = reference.parameters
    var squares = trained.map { $0.values.map { _ in 0.0 } }
    var states = reference.makeZeroStates(batchSize: 1)
    for (step, first) in stride(from: 0, to: 42, by: 10).enumerated() {
      let count = min(10, 42 - first)
      let chunk = chunk(ids[first...first + count])
      let (loss, after) = reference.loss(of: chunk, from: states)
      let actual = losses[first..<first + count].reduce(0.0) { $0 + Double($1) } / Double(count)
      #expect(abs(actual - loss) < 2e-5, "from character \(first)")
      let gradients = reference.gradients(of: chunk, from: states).parameters.parameters
      let norm = gradients.flatMap(\.values).reduce(0) { $0 + $1 * $1 }.squareRoot()
      let scale = clip.map { min(1, $0 / norm) } ?? 1
      let correction = 1 - pow(0.999, Double(step + 1))
      var parameters = reference.parameters
      for index in parameters.indices {
        for (element, slope) in gradients[index].values.enumerated() {
          squares[index][element] = 0.999 * squares[index][element] + 0.001 * (scale * slope) * (scale * slope)
          let value =
            parameters[index].values[element] - 0.001 * scale * slope
            / ((squares[index][element] / correction).squareRoot() + 1e-4)
          parameters[index].values[element] = value + 0.0005 * (trained[index].values[element] - value)
        }
      }
      reference.parameters = parameters
      states = after
    }
  }

  /// The loss of a mixture is −ln of the weighted mean of the probabilities.
  @Test func aMixtureOfModels() throws {
    let folder = try TemporaryFolder()
    let (corpus, _) = try makeCorpus(in: folder, count: 300)
    let models = try [3, 9, 20].map { try makeModel(.lstm(), .plain, vocabulary: 7, hidden: $0, layers: 1) }
    func pass(_ model: LanguageModel, _ streamCount: Int) -> EvaluationPass {
      EvaluationPass(model, corpus: corpus, range: 0..<300, streamCount: streamCount, threadCount: 2)
    }
    let mixture = ModelMixture(models, weights: [1, 4, 5])
    for streamCount in [1, 6] {
      let mixed = MixturePass(models.map { pass($0, streamCount) }, weights: mixture.weights)
      #expect(mixed.countedCharacters == 299)
      let actual = try losses(of: mixed)
      let each = try models.map { try losses(of: pass($0, streamCount)) }
      for index in actual.indices {
        let probability = zip([0.1, 0.4, 0.5], each).reduce(0.0) { $0 + $1.0 * exp(-Double($1.1[index])) }
        #expect(abs(Double(actual[index]) + log(probability)) < 1e-6)
      }
      #expect(try losses(of: MixturePass([pass(models[1], streamCount)], weights: [1])) == each[1])
    }
  }

  @Test func streamsAgreeWithOnePass() throws {
    let folder = try TemporaryFolder()
    let (corpus, _) = try makeCorpus(in: folder, count: 3_000)
    let model = try makeModel(.lstm(), vocabulary: 7, hidden: 9, layers: 1)
    let sums = try [1, 3, 64, nil].map { streamCount in
      let pass = EvaluationPass(model, corpus: corpus, range: 0..<3_000, streamCount: streamCount, threadCount: 1)
      #expect(pass.fractionDone == 0)
      let sum = try losses(of: pass).reduce(0.0) { $0 + Double($1) }
      #expect(pass.countedCharacters == 2_999)
      #expect(pass.fractionDone == 1)
      return sum
    }
    #expect(sums.allSatisfy { abs($0 - sums[0]) < 1e-4 * 2_999 })
  }
}

extension ReferenceLanguageModelProtocol {
  /// Updates θ ← θ − rate · gradient, with the gradient clipped to the global norm `clip`.
  fileprivate mutating func descend(_ gradient: [NamedTensor], rate: Double, clip: Double?) {
    let norm = gradient.flatMap(\.values).reduce(0) { $0 + $1 * $1 }.squareRoot()
    let scale = clip.map { min(1, $0 / norm) } ?? 1
    var parameters = parameters
    for index in parameters.indices {
      for (element, slope) in gradient[index].values.enumerated() {
        parameters[index].values[element] -= rate * scale * slope
      }
    }
    self.parameters = parameters
  }
}
