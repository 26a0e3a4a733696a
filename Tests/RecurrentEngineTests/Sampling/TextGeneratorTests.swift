import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of texts that are generated side by side, against the same texts alone.
@Suite struct TextGeneratorTests {
  private static let vocabularySize = 70
  private static let length = 40

  private func makeDecidedModel(_ cell: RecurrentCell, kernels: KernelSet? = nil) throws -> LanguageModel {
    let model = try makeModel(cell, vocabulary: Self.vocabularySize, hidden: 37, layers: 2, kernels: kernels)
    // Large weights, except with ReLU, whose state is unbounded and would grow with every character.
    let scale: Float = cell == .rnn(activation: .relu) ? 1 : 4
    let tensors = model.pyTorchTensors.map { ($0.name, $0.elements.map { scale * $0 }) }
    model.setParameters(pyTorchTensors: Dictionary(uniqueKeysWithValues: tensors))
    return model
  }

  /// Returns the next texts of a generator that is at the beginning of a text.
  private func texts(from generator: TextGenerator, length: Int = Self.length) -> [[Int32]] {
    var texts = [[Int32]](repeating: [], count: generator.batchSize)
    for _ in 0..<length {
      for (row, character) in generator.advance().enumerated() { texts[row].append(character) }
    }
    return texts
  }

  /// Returns one text, generated alone by a `Sampler`.
  private func text(
    _ number: Int, _ model: LanguageModel, prompt: [Int32], temperature: Double, seed: UInt64
  ) -> [Int32] {
    let sampler = Sampler(model, options: SamplingOptions(temperature: temperature))
    var random = RandomGenerator(seed: seed, stream: UInt64(number))
    prompt.forEach(sampler.read)
    return (0..<Self.length).map { _ in
      let character = sampler.draw(using: &random)
      sampler.read(character)
      return character
    }
  }

  @Test(arguments: RecurrentCell.allCases, availableKernels)
  func aTextDependsOnItsNumberAlone(cell: RecurrentCell, kernels: KernelSet) throws {
    let model = try makeDecidedModel(cell, kernels: kernels)
    let prompt: [Int32] = [3, 0, 69, 7, 7]
    let alone = (0..<20).map { text($0, model, prompt: prompt, temperature: 1.2, seed: 5) }
    #expect(Set(alone).count == alone.count, "all texts differ")
    for (batchSize, threadCount) in [(1, 1), (2, 1), (3, 2), (7, 4), (13, 1), (20, 3)] {
      let generator = TextGenerator(
        model, batchSize: batchSize, prompt: prompt, options: SamplingOptions(temperature: 1.2), seed: 5,
        threadCount: threadCount)
      var together: [[Int32]] = []
      while together.count < alone.count {
        if !together.isEmpty { generator.begin(firstText: together.count) }
        together += texts(from: generator)
      }
      #expect(Array(together.prefix(alone.count)) == alone, "\(batchSize) rows, at most \(threadCount) threads")
    }
  }

  /// An abandoned text does not affect the next one, after both an odd and an even number of characters.
  @Test(arguments: 1...4, [0, 1, 2])
  func textsBeginAfterThePrompt(promptLength: Int, abandoned: Int) throws {
    let model = try makeDecidedModel(.lstm())
    let prompt = [Int32](0..<Int32(promptLength))
    let expected = (0..<3).map { text($0, model, prompt: prompt, temperature: 1, seed: 8) }
    let generator = TextGenerator(model, batchSize: 3, prompt: prompt, options: SamplingOptions(), seed: 8)
    _ = texts(from: generator, length: abandoned)
    generator.begin(firstText: 0)
    #expect(texts(from: generator) == expected)
  }

  @Test func theSeedDecides() throws {
    let model = try makeDecidedModel(.gru())
    func texts(seed: UInt64, temperature: Double) -> [[Int32]] {
      let options = SamplingOptions(temperature: temperature)
      return self.texts(from: TextGenerator(model, batchSize: 5, prompt: [1], options: options, seed: seed))
    }
    #expect(texts(seed: 1, temperature: 1) == texts(seed: 1, temperature: 1))
    #expect(Set(texts(seed: 1, temperature: 1)).isDisjoint(with: texts(seed: 2, temperature: 1)))
    // The most likely characters need no random numbers.
    #expect(Set(texts(seed: 1, temperature: 0)).count == 1)
    #expect(texts(seed: 1, temperature: 0) == texts(seed: 2, temperature: 0))
  }
}
