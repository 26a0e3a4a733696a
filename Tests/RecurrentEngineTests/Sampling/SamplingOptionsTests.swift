import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of each sampling option against the reference's probabilities in Double.
@Suite struct SamplingOptionsTests {
  private static let vocabularySize = 12
  private static let prompt: [Int32] = [3, 0, 11, 7, 7, 2]
  private static let drawCount = 20_000

  private func makeDecidedModel() throws -> LanguageModel {
    let model = try makeModel(.lstm(), vocabulary: Self.vocabularySize, hidden: 17, layers: 2)
    let tensors = model.pyTorchTensors.map { tensor in
      (tensor.name, tensor.elements.map { $0 * (tensor.name.hasPrefix("decoder") ? 6 : 2) })
    }
    model.setParameters(pyTorchTensors: Dictionary(uniqueKeysWithValues: tensors))
    return model
  }

  /// Returns ln p of each character after the prompt: its logit up to a constant, which only the penalty depends on.
  private func logProbabilities(of model: LanguageModel) throws -> [Double] {
    let reference = try model.makeReference()
    let states = reference.makeZeroStates(batchSize: 1)
    return (0..<Self.vocabularySize).map { character in
      var targets = [[Int?]](repeating: [nil], count: Self.prompt.count)
      targets[Self.prompt.count - 1] = [character]
      return -reference.loss(of: .init(inputs: Self.prompt.map { [Int($0)] }, targets: targets), from: states).loss
    }
  }

  /// Returns the probabilities by a direct implementation of the options, which sorts all characters.
  private func expectedProbabilities(_ logits: [Double], _ options: SamplingOptions) -> [Double] {
    var weights = logits.enumerated().map { index, logit in
      options.excluded.contains(Int32(index)) ? 0 : exp(logit / options.temperature)
    }
    func keep(_ isKept: (_ place: Int, _ sumBefore: Double, _ share: Double) -> Bool) {
      let sum = weights.reduce(0, +)
      var before = 0.0
      for (place, index) in weights.indices.sorted(by: { weights[$0] > weights[$1] }).enumerated() {
        let share = weights[index] / sum
        if !isKept(place, before, share) { weights[index] = 0 }
        before += share
      }
    }
    if let count = options.topK { keep { place, _, _ in place < count } }
    keep { _, before, _ in options.topP == 1 || before < options.topP }
    let limit = (weights.max() ?? 0) * options.minP
    weights = weights.map { $0 < limit ? 0 : $0 }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  static let cases: [SamplingOptions] = [
    SamplingOptions(temperature: 0.6), SamplingOptions(temperature: 1.7),
    SamplingOptions(topK: 1), SamplingOptions(topK: 5), SamplingOptions(topK: 12), SamplingOptions(topK: 1000),
    SamplingOptions(topP: 0.3), SamplingOptions(topP: 0.8), SamplingOptions(topP: 1e-9),
    SamplingOptions(minP: 0.1), SamplingOptions(minP: 0.4), SamplingOptions(minP: 1),
    SamplingOptions(excluded: [0, 5, 7, 11]),
    SamplingOptions(temperature: 1.5, topK: 7, topP: 0.85, minP: 0.2, excluded: [2, 3]),
  ]

  /// Pearson's χ² test. The seed is fixed, so the result is always the same.
  @Test(arguments: cases)
  func drawsFollowTheOptions(options: SamplingOptions) throws {
    let model = try makeDecidedModel()
    let expected = expectedProbabilities(try logProbabilities(of: model), options)
    let sampler = Sampler(model, options: options)
    Self.prompt.forEach(sampler.read)
    for (probability, expected) in zip(sampler.probabilities(), expected) {
      #expect(abs(probability - expected) < 1e-5)
    }
    var random = RandomGenerator(seed: 11)
    var counts = [Int](repeating: 0, count: Self.vocabularySize)
    for _ in 0..<Self.drawCount { counts[Int(sampler.draw(using: &random))] += 1 }
    var chiSquare = 0.0
    for (count, probability) in zip(counts, expected) {
      guard probability > 0 else {
        #expect(count == 0, "excluded characters are never drawn")
        continue
      }
      let mean = Double(Self.drawCount) * probability
      chiSquare += (Double(count) - mean) * (Double(count) - mean) / mean
    }
    // At most eleven degrees of freedom: one correct sampler in a thousand would exceed this.
    #expect(chiSquare < 31.26)
  }

  @Test func repetitionPenalty() throws {
    let model = try makeDecidedModel()
    let plain = Sampler(model)
    Self.prompt.forEach(plain.read)
    let logits = plain.workspace.logits.elements.prefix(Self.vocabularySize).map(Double.init)
    #expect(logits.contains { $0 > 0 } && logits.contains { $0 < 0 })
    for window in [1, 2, 3, 6, 100] {
      let options = SamplingOptions(repetitionPenalty: 1.8, repetitionWindow: window)
      let sampler = Sampler(model, options: options)
      Self.prompt.forEach(sampler.read)
      let recent = Set(Self.prompt.suffix(window))
      let weights = logits.enumerated().map { index, logit in
        exp(!recent.contains(Int32(index)) ? logit : logit > 0 ? logit / 1.8 : logit * 1.8)
      }
      for (probability, weight) in zip(sampler.probabilities(), weights) {
        #expect(abs(probability - weight / weights.reduce(0, +)) < 1e-5, "window \(window)")
      }
    }
  }

  @Test func recentCharacters() {
    var random = RandomGenerator(seed: 4)
    var text: [Int32] = []
    var recent = [0, 1, 5].map { RecentCharacters(window: $0) }
    for _ in 0..<200 {
      text.append(Int32.random(in: 0..<6, using: &random))
      for (index, window) in [0, 1, 5].enumerated() {
        recent[index].append(text[text.count - 1])
        #expect(Set(recent[index].characters) == Set(text.suffix(window)))
        #expect(Set(RecentCharacters(text, window: window).characters) == Set(text.suffix(window)))
      }
    }
  }

  /// The selection agrees with sorting, and takes the first of equal numbers.
  @Test func selection() {
    var random = RandomGenerator(seed: 6)
    var selection = LikeliestSelection()
    for count in 1..<60 {
      let numbers = (0..<count).map { _ in Float(Int.random(in: 0..<12, using: &random)) }
      let sorted = numbers.indices.filter { numbers[$0] > 0 }.sorted { (-numbers[$0], $0) < (-numbers[$1], $1) }
      for kept in 1...count {
        let buffer = FloatBuffer(count: count)
        buffer.view.copy(from: numbers)
        let found = selection.likeliest(kept, in: buffer.view).map(Int.init)
        #expect(found.sorted() == sorted.prefix(kept).sorted())
      }
    }
  }

  @Test func manyTextsHaveTheirOwnPasts() throws {
    let model = try makeDecidedModel()
    let options = SamplingOptions(
      temperature: 1.3, topK: 9, topP: 0.95, minP: 0.02, repetitionPenalty: 1.4, repetitionWindow: 5, excluded: [4])
    let alone = (0..<6).map { number in
      let sampler = Sampler(model, options: options)
      var random = RandomGenerator(seed: 2, stream: UInt64(number))
      Self.prompt.forEach(sampler.read)
      return (0..<40).map { _ in
        let character = sampler.draw(using: &random)
        sampler.read(character)
        return character
      }
    }
    #expect(Set(alone).count == 6)
    let generator = TextGenerator(
      model, batchSize: 3, prompt: Self.prompt, options: options, seed: 2, threadCount: 2)
    for first in [0, 3] {
      generator.begin(firstText: first)
      let steps = (0..<40).map { _ in generator.advance() }
      for row in 0..<3 { #expect(steps.map { $0[row] } == alone[first + row]) }
    }
  }
}
