import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the statistics of dropout masks.
@Suite struct UpdateMasksTests {
  /// Returns, for each of 512 units, whether it is kept.
  private func kept(
    _ probability: Double = 0.5, seed: UInt64 = 1, update: Int = 0, layer: Int = 0, step: Int = 0, row: Int = 0,
    mask: Regularization.DropoutMask = .step
  ) throws -> [Bool] {
    let masks = UpdateMasks(
      Regularization(dropout: probability, dropoutMask: mask), seed: seed, step: update)
    let stateMask = try #require(masks.output(ofLayer: layer))
    let kernels = try #require(availableKernels.last)
    return stateMask.factors(ofRow: row, step: step, count: 512, kernels).map { $0 != 0 }
  }

  @Test(arguments: [0.01, 0.1, 0.5, 0.75, 0.99])
  func theShareKeptAndItsScale(probability: Double) throws {
    let masks = UpdateMasks(Regularization(dropout: probability), seed: 1, step: 0)
    let mask = try #require(masks.output(ofLayer: 0))
    let kernels = try #require(availableKernels.last)
    let factors = (0..<400).flatMap { mask.factors(ofRow: $0, step: 3, count: 512, kernels) }
    let scale = Float(1 / (1 - probability))
    #expect(factors.allSatisfy { $0 == 0 || $0 == scale })
    let count = Double(factors.count)
    let dropped = Double(factors.count { $0 == 0 })
    // Five standard deviations of a binomial distribution.
    #expect(abs(dropped - count * probability) < 5 * (count * probability * (1 - probability)).squareRoot())
  }

  @Test(arguments: availableKernels)
  func everyKernelDropsTheSame(kernels: KernelSet) {
    for probability in [0, 1e-12, 0.3, 0.999_999_999_999] {
      let mask = RandomMask(key: 5, probability: probability)
      #expect(mask.factors(ofRow: 7, count: 100, kernels) == mask.factors(ofRow: 7, count: 100, availableKernels[0]))
    }
    #expect(RandomMask(key: 5, probability: 0).factors(ofRow: 7, count: 100, kernels).allSatisfy { $0 == 1 })
  }

  /// A part of some rows has the same mask as in the whole, and nothing is written outside it.
  @Test(arguments: availableKernels)
  func partsOfRows(kernels: KernelSet) {
    let mask = RandomMask(key: 6, probability: 0.4)
    let numbers = (0..<3 * 80).map { Float($0 + 1) }
    let (x, result) = (GuardedFloats(numbers), GuardedFloats(count: numbers.count))
    kernels.dropOut(mask, 11, 3, 32, 48, x.pointer + 16, 80, result.pointer + 16)
    for row in 0..<3 {
      let factors = mask.factors(ofRow: 11 + UInt64(row), count: 80, kernels)
      for column in 0..<80 {
        let index = row * 80 + column
        if (16..<64).contains(column) {
          #expect(result.pointer[index] == numbers[index] * factors[column + 16])
        } else {
          #expect(result.isUntouched(index))
        }
      }
    }
    #expect(result.guardsAreUntouched && x.values == numbers)
  }

  /// Masks of different places are independent: half of their elements agree, and so do half of the neighbours in a
  /// mask.
  @Test func masksOfOtherPlacesAreIndependent() throws {
    let masks =
      try (0..<40).map { try kept(row: $0) } + (1..<40).map { try kept(step: $0) }
      + (1..<40).map { try kept(layer: $0) } + (1..<40).map { try kept(update: $0) }
      + (2..<40).map { try kept(seed: $0) }
    for (index, mask) in masks.enumerated() {
      for other in masks.dropFirst(index + 1) {
        // Six standard deviations, of twenty thousand pairs.
        #expect(abs(agreements(mask, other) - 256) < 6 * 128.0.squareRoot())
      }
    }
    for distance in [1, 2, 3, 4, 8, 16, 32, 64] {
      let pairs = masks.reduce(0.0) { $0 + agreements($1.dropLast(distance), $1.dropFirst(distance)) }
      let count = Double(masks.count * (512 - distance))
      #expect(abs(pairs - count / 2) < 5 * (count / 4).squareRoot(), "distance \(distance)")
    }
  }

  @Test func aMaskOfASequenceStays() throws {
    let first = try kept(step: 0, row: 3, mask: .sequence)
    #expect(try kept(step: 17, row: 3, mask: .sequence) == first)
    #expect(try kept(step: 0, row: 4, mask: .sequence) != first)
    #expect(try kept(update: 1, row: 3, mask: .sequence) != first)
    #expect(try kept(step: 17, row: 3, mask: .step) != first)
  }

  @Test func charactersAndWeights() throws {
    let probability = 0.3
    let masks = UpdateMasks(
      Regularization(dropout: probability, inputDropout: probability, recurrentDropout: probability), seed: 1, step: 2)
    let kernels = try #require(availableKernels.last)
    let input = try #require(masks.input)
    let weights = try #require(masks.recurrentWeights(ofLayer: 1))
    let outputs = try #require(masks.output(ofLayer: 0))
    let places = (0..<64).flatMap { a in (0..<512).map { (a, $0) } }
    let numbers = [
      places.map { input.factor(ofRow: $1, step: $0) },
      (0..<64).flatMap {
        weights.mask.factors(ofRow: weights.row(pyTorchGate: $0 % 4, from: $0 / 4), count: 512, kernels)
      },
      (0..<64).flatMap { outputs.factors(ofRow: $0 / 4, step: $0 % 4, count: 512, kernels) },
    ]
    let scale = Float(1 / (1 - probability))
    let count = Double(places.count)
    for (index, factors) in numbers.enumerated() {
      #expect(factors.allSatisfy { $0 == 0 || $0 == scale })
      let dropped = Double(factors.count { $0 == 0 })
      #expect(abs(dropped - count * probability) < 5 * (count * probability * (1 - probability)).squareRoot())
      for other in numbers.dropFirst(index + 1) {
        let both = Double(zip(factors, other).count { $0 == 0 && $1 == 0 })
        let expected = count * probability * probability
        #expect(abs(both - expected) < 5 * expected.squareRoot())
      }
    }
  }

  @Test func withoutDropoutThereIsNoMask() {
    let masks = UpdateMasks(Regularization(), seed: 1, step: 0)
    #expect(masks.output(ofLayer: 0) == nil && masks.input == nil && masks.recurrentWeights(ofLayer: 0) == nil)
  }

  private func agreements(_ a: some Sequence<Bool>, _ b: some Sequence<Bool>) -> Double {
    Double(zip(a, b).count { $0 == $1 })
  }
}
