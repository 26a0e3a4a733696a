import Foundation
import KernelTemplates
import ReferenceModel
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of sampled characters against the same model in scalar Double.
@Suite struct SamplerTests {
  private static let vocabularySize = 12
  private static let prompt: [Int32] = [3, 0, 11, 7, 7, 2]

  /// Returns a model whose predictions are far from uniform.
  private func makeDecidedModel(_ cell: RecurrentCell, kernels: KernelSet? = nil) throws -> LanguageModel {
    let model = try makeModel(cell, vocabulary: Self.vocabularySize, hidden: 17, layers: 2, kernels: kernels)
    // Large weights, except with ReLU, whose state is unbounded and would grow with every character.
    let scale: Float = cell == .rnn(activation: .relu) ? 1 : 2
    var tensors: [String: [Float]] = [:]
    for tensor in model.pyTorchTensors {
      tensors[tensor.name] = tensor.elements.map { $0 * (tensor.name.hasPrefix("decoder") ? 8 : scale) }
    }
    model.setParameters(pyTorchTensors: tensors)
    return model
  }

  private func makeText(_ model: LanguageModel, seed: UInt64, temperature: Double, count: Int = 200) -> [Int32] {
    let sampler = Sampler(model, options: SamplingOptions(temperature: temperature))
    var random = RandomGenerator(seed: seed)
    Self.prompt.forEach(sampler.read)
    return (0..<count).map { _ in sampler.advance(using: &random) }
  }

  /// Returns the reference's probabilities of the character after `text`.
  private func probabilities(after text: [Int32], of model: LanguageModel) throws -> [Double] {
    let reference = try model.makeReference()
    let states = reference.makeZeroStates(batchSize: 1)
    return (0..<Self.vocabularySize).map { character in
      var targets = [[Int?]](repeating: [nil], count: text.count)
      targets[text.count - 1] = [character]
      return exp(-reference.loss(of: .init(inputs: text.map { [Int($0)] }, targets: targets), from: states).loss)
    }
  }

  @Test func theSeedDecidesTheText() throws {
    let model = try makeDecidedModel(.lstm())
    let text = makeText(model, seed: 5, temperature: 1)
    #expect(makeText(model, seed: 5, temperature: 1) == text)
    #expect(makeText(model, seed: 6, temperature: 1) != text)
    #expect(Set(text).count > 3, "the text is too uniform")
  }

  @Test(arguments: RecurrentCell.allCases)
  func temperatureZeroTakesTheMostLikely(cell: RecurrentCell) throws {
    let model = try makeDecidedModel(cell)
    let text = makeText(model, seed: 1, temperature: 0, count: 6)
    #expect(makeText(model, seed: 2, temperature: 0, count: 6) == text)
    for length in text.indices {
      let probabilities = try probabilities(after: Self.prompt + text.prefix(length), of: model)
      #expect(probabilities.indices.max { probabilities[$0] < probabilities[$1] } == Int(text[length]))
    }
  }

  /// Reading a text character by character gives the loss of the whole text.
  @Test(arguments: RecurrentCell.allCases, availableKernels)
  func stepsAreTheText(cell: RecurrentCell, kernels: KernelSet) throws {
    let model = try makeDecidedModel(cell, kernels: kernels)
    let text = makeText(model, seed: 7, temperature: 1.5, count: 60)
    let sampler = Sampler(model)
    // `reset` must discard the state of an earlier text.
    Self.prompt.forEach(sampler.read)
    sampler.reset()
    var loss = 0.0
    for (character, next) in zip(text, text.dropFirst()) {
      sampler.read(character)
      let logits = sampler.workspace.logits.elements.prefix(Self.vocabularySize).map(Double.init)
      loss += log(logits.reduce(0) { $0 + exp($1) }) - logits[Int(next)]
    }
    let reference = try model.makeReference()
    let expected = reference.loss(
      of: .init(inputs: text.dropLast().map { [Int($0)] }, targets: text.dropFirst().map { [Int($0)] }),
      from: reference.makeZeroStates(batchSize: 1)
    ).loss
    #expect(abs(loss / Double(text.count - 1) - expected) < 1e-5)
  }

  /// Pearson's χ² test of the characters that are drawn after one text. The seed is fixed, so the result is always the
  /// same.
  @Test(arguments: availableKernels, [0.7, 1, 1.6])
  func drawsFollowTheSoftmax(kernels: KernelSet, temperature: Double) throws {
    let model = try makeDecidedModel(.gru(), kernels: kernels)
    let sampler = Sampler(model, options: SamplingOptions(temperature: temperature))
    Self.prompt.forEach(sampler.read)
    var random = RandomGenerator(seed: 9)
    let drawCount = 20_000
    var counts = [Int](repeating: 0, count: Self.vocabularySize)
    for _ in 0..<drawCount { counts[Int(sampler.draw(using: &random))] += 1 }

    let weights = try probabilities(after: Self.prompt, of: model).map { pow($0, 1 / temperature) }
    let expected = weights.map { Double(drawCount) * $0 / weights.reduce(0, +) }
    // Characters too rare for the approximation are pooled.
    let isRare = expected.map { $0 < 5 }
    var bins = zip(counts, expected).enumerated().filter { !isRare[$0.offset] }.map { (Double($1.0), $1.1) }
    let rare = zip(counts, expected).enumerated().filter { isRare[$0.offset] }.reduce((0.0, 0.0)) {
      ($0.0 + Double($1.element.0), $0.1 + $1.element.1)
    }
    if rare.1 > 0 { bins.append((rare.0, max(rare.1, 1))) }
    #expect(bins.count > 5, "the distribution has too few bins")
    let chiSquare = bins.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
    // At most eleven degrees of freedom: one correct sampler in a thousand would exceed this.
    #expect(chiSquare < 31.26)
  }

  /// A temperature of almost zero gives neither infinities nor an endless loop.
  @Test(arguments: availableKernels)
  func aTinyTemperatureIsAlmostZero(kernels: KernelSet) throws {
    let model = try makeDecidedModel(.rnn(), kernels: kernels)
    let text = makeText(model, seed: 1, temperature: 0, count: 50)
    #expect(makeText(model, seed: 3, temperature: .leastNonzeroMagnitude, count: 50) == text)
  }
}
