import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct BeamSearchTests {
  private static let vocabularySize = 4
  private static let prompt: [Int32] = [3, 0, 1]

  private func makeDecidedModel(
    _ cell: RecurrentCell = .lstm(), _ variant: Variant = .plain
  ) throws -> LanguageModel {
    let model = try makeModel(cell, variant, vocabulary: Self.vocabularySize, hidden: 9, layers: 2)
    let tensors = model.pyTorchTensors.map { ($0.name, $0.elements.map { 4 * $0 }) }
    model.setParameters(pyTorchTensors: Dictionary(uniqueKeysWithValues: tensors))
    return model
  }

  private func text(_ search: BeamSearch, length: Int) -> [Int32] {
    (0..<length).flatMap { _ in search.advance() } + search.unsettled
  }

  /// Returns ln p of a continuation by the reference.
  private func logProbability(_ text: [Int32], _ model: LanguageModel) throws -> Double {
    let reference = try model.makeReference()
    let all = Self.prompt + text
    let targets = (1..<all.count).map { [$0 < Self.prompt.count ? nil : Int(all[$0])] }
    let chunk = reference.loss(
      of: .init(inputs: all.dropLast().map { [Int($0)] }, targets: targets),
      from: reference.makeZeroStates(batchSize: 1))
    return -chunk.loss * Double(text.count)
  }

  /// With a beam wide enough for all prefixes, the search finds the most likely of all 256 texts.
  @Test(arguments: RecurrentCell.allCases, [Variant.plain, .gated])
  func wideBeamsFindTheLikeliest(cell: RecurrentCell, variant: Variant) throws {
    let model = try makeDecidedModel(cell, variant)
    let all = (0..<256).map { number in (0..<4).map { Int32(number >> (2 * $0) & 3) } }
    let scores = try all.map { try logProbability($0, model) }
    let best = try #require(scores.indices.max { scores[$0] < scores[$1] })
    let search = BeamSearch(model, width: 64, prompt: Self.prompt)
    #expect(text(search, length: 4) == all[best])
    #expect(abs(search.logProbability - scores[best]) < 1e-4)
  }

  @Test func theWidthOneTakesTheLikeliestCharacter() throws {
    let model = try makeDecidedModel()
    let options = SamplingOptions(temperature: 0, repetitionPenalty: 1.5, repetitionWindow: 3, excluded: [2])
    let generator = TextGenerator(model, batchSize: 1, prompt: Self.prompt, options: options, seed: 1)
    let greedy = (0..<60).map { _ in generator.advance()[0] }
    #expect(text(BeamSearch(model, width: 1, prompt: Self.prompt, options: options), length: 60) == greedy)
    #expect(!greedy.contains(2))
  }

  @Test(arguments: [2, 5, 16])
  func threadsMakeNoDifference(width: Int) throws {
    let model = try makeModel(.gru(), vocabulary: 70, hidden: 131, layers: 2)
    let texts = [1, 2, 3].map { text(BeamSearch(model, width: width, prompt: [1], threadCount: $0), length: 50) }
    #expect(texts[0].count == 50)
    #expect(Set(texts).count == 1)
  }

  /// Returns the most likely text of any length that ends with the stop, or of full length.
  @Test func stops() throws {
    let model = try makeDecidedModel()
    for end in 0..<Int32(Self.vocabularySize) {
      let search = BeamSearch(model, width: 64, prompt: Self.prompt, stop: StopText([end]))
      let found = text(search, length: 4)
      let complete = (0..<256).map { number -> [Int32] in
        let whole = (0..<4).map { Int32(number >> (2 * $0) & 3) }
        return whole.firstIndex(of: end).map { Array(whole[...$0]) } ?? whole
      }
      let scores = try complete.map { try logProbability($0, model) }
      let best = try #require(scores.indices.max { scores[$0] < scores[$1] })
      #expect(found == complete[best], "stop \(end)")
    }
  }

  /// All candidates eventually share a prefix, so memory does not grow with the text.
  @Test func longTextsAreSettled() throws {
    let search = BeamSearch(try makeDecidedModel(), width: 3, prompt: Self.prompt)
    var settledCount = 0
    for step in 1...3000 {
      settledCount += search.advance().count
      #expect(settledCount + search.unsettled.count == step)
      #expect(search.unsettled.count <= 1000)
    }
  }
}

@Suite struct StopTextTests {
  /// The result agrees with a comparison of whole suffixes, for stop texts that overlap themselves.
  @Test func endsWhereTheTextDoes() {
    var random = RandomGenerator(seed: 3)
    var reachedCount = 0
    for _ in 0..<500 {
      let target = (0..<Int.random(in: 1...6, using: &random)).map { _ in Int32.random(in: 0...1, using: &random) }
      var stop = StopText(target)
      var text: [Int32] = []
      while text.count < 40, !stop.isReached {
        text.append(Int32.random(in: 0...1, using: &random))
        #expect(stop.append(text[text.count - 1]) == (text.suffix(target.count) == target[...]))
      }
      reachedCount += stop.isReached ? 1 : 0
    }
    #expect(reachedCount > 250)
  }

  @Test func anEmptyTextNeverEnds() {
    var stop = StopText()
    #expect(!stop.append(0) && !stop.isReached)
  }
}
