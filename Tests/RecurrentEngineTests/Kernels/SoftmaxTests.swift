import Foundation
import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the softmax, the cross-entropy and its gradient against Double.
@Suite struct SoftmaxTests {
  /// The error bound of the exponential, as its source states it.
  private static let exponentialError = 1.2e-7
  private static let vocabularySizes = Array(1...70) + [130]

  /// The softmax of one row of logits in Double, with its rounding tolerance.
  private struct Reference {
    var probabilities: [Double]
    /// The largest relative error of each probability, and of the sum of exponentials. The difference between a logit
    /// and the largest is rounded once, and once more times 1 / temperature, before it becomes an exponent.
    var errors: [Double]
    var sumError: Double
    /// ln Σ exp(a − largest)
    var logarithmOfSum: Double
    var distances: [Double]

    init(_ logits: [Float], factor: Double = 1) {
      let largest = Double(logits.max() ?? 0)
      distances = logits.map { factor * (Double($0) - largest) }
      let exponentials = distances.map(exp)
      let sum = exponentials.reduce(0, +)
      probabilities = exponentials.map { $0 / sum }
      let exponentErrors = distances.map { exponentialError + 3 * roundoff * min(-$0, 88) }
      sumError = zip(probabilities, exponentErrors).reduce(0) { $0 + $1.0 * $1.1 } + Double(logits.count) * roundoff
      errors = exponentErrors.map { [sumError] in $0 + sumError + 4 * roundoff }
      logarithmOfSum = log(sum)
    }

    /// Exponentials saturate at about 1e-38 instead of underflowing.
    func isProbability(_ value: Float, _ index: Int) -> Bool {
      abs(Double(value) - probabilities[index]) <= errors[index] * probabilities[index] + 2e-38
    }
  }

  /// Logits of every magnitude that occurs in training, up to those shortly before divergence.
  private func makeLogits(_ row: Int, count: Int, random: inout RandomGenerator) -> [Float] {
    let magnitude: Float = [1, 8, 60, 1e4, 3e38][row % 5]
    return (0..<count).map { _ in random.nextUniform(magnitude) }
  }

  private struct Rows {
    let blocks: Blocks
    let memory: GuardedFloats
    static let total = 9
    static let first = 2

    /// Places logits into blocks, after rows of other steps; the padding has NaN, which no softmax may read.
    init(_ logits: [[Float]]) {
      blocks = Blocks(units: logits.first?.count ?? 0, gates: 1)
      memory = GuardedFloats(count: blocks.size(rows: Self.total))
      for (row, values) in logits.enumerated() {
        for column in 0..<blocks.totalUnitColumns * 16 {
          memory.pointer[index(row, column)] = column < values.count ? values[column] : 3.4e38
        }
      }
    }

    func index(_ row: Int, _ column: Int) -> Int {
      blocks.index(row: Self.first + row, gate: 0, unit: column, rows: Self.total)
    }

    var view: BlockedRows {
      BlockedRows(memory.pointer, blocks, rows: Self.total, firstRow: Self.first, firstGate: 0, gateCount: 1)
    }

    func row(_ row: Int) -> [Float] { (0..<blocks.units).map { memory.pointer[index(row, $0)] } }
    func padding(_ row: Int) -> [Float] {
      (blocks.units..<blocks.totalUnitColumns * 16).map { memory.pointer[index(row, $0)] }
    }
    /// Whether only the first `count` rows were written.
    func othersAreUntouched(_ count: Int) -> Bool {
      let others = (-Self.first..<0).map(\.self) + (count..<Self.total - Self.first)
      return memory.guardsAreUntouched
        && others.allSatisfy { row in (0..<blocks.units).allSatisfy { memory.isUntouched(index(row, $0)) } }
    }
  }

  @Test(arguments: availableKernels)
  func lossAndGradient(kernels: KernelSet) {
    var random = RandomGenerator(seed: 31)
    let scale: Float = 0.125
    for size in Self.vocabularySizes {
      let logits = (0..<6).map { makeLogits($0, count: size, random: &random) }
      // Row 2 is ignored; the target of row 5 is the last character.
      let targets = (0..<6).map { row -> Int32 in
        row == 2 ? -1 : row == 5 ? Int32(size - 1) : Int32.random(in: 0..<Int32(size), using: &random)
      }
      let rows = Rows(logits)
      let losses = GuardedFloats(count: 6)
      kernels.softmaxCrossEntropy(6, rows.view, size, targets, scale, 0, losses.pointer, true)

      for (row, target) in targets.enumerated() {
        let gradient = rows.row(row)
        guard target >= 0 else {
          #expect(losses.pointer[row] == 0 && gradient.allSatisfy { $0 == 0 }, "masked, \(size)")
          continue
        }
        let reference = Reference(logits[row])
        let distance = -reference.distances[Int(target)]
        let loss = reference.logarithmOfSum + distance
        // The logarithm has an error of at most 1e-7, absolute or relative; its sum and its argument are rounded.
        let tolerance =
          reference.sumError + 1.2e-7 * max(1, reference.logarithmOfSum) + 2 * roundoff * (distance + loss)
        #expect(
          loss > 3e38 || abs(Double(losses.pointer[row]) - loss) <= tolerance, "row \(row), \(size) characters")
        let isRight = gradient.indices.allSatisfy { index in
          let probability = reference.probabilities[index]
          let expected = Double(scale) * (probability - (index == Int(target) ? 1 : 0))
          let error = probability * reference.errors[index] + 2 * roundoff * (probability + 1)
          return abs(Double(gradient[index]) - expected) <= Double(scale) * error + 2e-38
        }
        #expect(isRight, "row \(row), \(size) characters")
      }
      // The padding must be zero, because the following products include it.
      #expect((0..<6).allSatisfy { rows.padding($0).allSatisfy { $0 == 0 } }, "\(size) characters")
      #expect(rows.othersAreUntouched(6) && losses.guardsAreUntouched)
    }
  }

  /// The gradient is softmax − q; the losses are those without smoothing.
  @Test(arguments: availableKernels)
  func smoothedLabels(kernels: KernelSet) {
    var random = RandomGenerator(seed: 35)
    let (scale, smoothing): (Float, Float) = (0.125, 0.2)
    for size in Self.vocabularySizes {
      let logits = (0..<4).map { _ in makeLogits(1, count: size, random: &random) }
      let targets = (0..<4).map { $0 == 1 ? -1 : Int32.random(in: 0..<Int32(size), using: &random) }
      let (rows, plain) = (Rows(logits), Rows(logits))
      let (losses, plainLosses) = (GuardedFloats(count: 4), GuardedFloats(count: 4))
      kernels.softmaxCrossEntropy(4, rows.view, size, targets, scale, smoothing, losses.pointer, true)
      kernels.softmaxCrossEntropy(4, plain.view, size, targets, scale, 0, plainLosses.pointer, true)
      #expect(losses.values == plainLosses.values)
      for (row, target) in targets.enumerated() {
        let change = zip(rows.row(row), plain.row(row)).map { Double($0) - Double($1) }
        let isRight = change.enumerated().allSatisfy { index, value in
          let share = Double(smoothing) * ((index == Int(target) ? 1 : 0) - 1 / Double(size))
          return abs(value - (target < 0 ? 0 : Double(scale) * share)) <= 8 * Double(scale) * roundoff
        }
        #expect(isRight, "row \(row), \(size) characters")
        #expect(rows.padding(row).allSatisfy { $0 == 0 })
      }
      #expect(rows.othersAreUntouched(4) && losses.guardsAreUntouched)
    }
  }

  @Test(arguments: availableKernels)
  func withoutGradientTheLogitsStay(kernels: KernelSet) {
    var random = RandomGenerator(seed: 32)
    for size in [1, 17, 70] {
      let logits = (0..<5).map { makeLogits($0, count: size, random: &random) }
      let targets = (0..<5).map { Int32($0 % size) - ($0 == 1 ? Int32(size) : 0) }
      let (rows, other) = (Rows(logits), Rows(logits))
      let (losses, otherLosses) = (GuardedFloats(count: 5), GuardedFloats(count: 5))
      kernels.softmaxCrossEntropy(5, rows.view, size, targets, 0, 0, losses.pointer, false)
      kernels.softmaxCrossEntropy(5, other.view, size, targets, 1, 0, otherLosses.pointer, true)
      #expect((0..<5).map(rows.row) == logits)
      #expect(losses.values == otherLosses.values)
    }
  }

  @Test(arguments: availableKernels, [0.25, 0.7, 1, 3])
  func temperature(kernels: KernelSet, temperature: Double) {
    var random = RandomGenerator(seed: 33)
    let inverse = Float(1 / temperature)
    for size in Self.vocabularySizes {
      let logits = (0..<4).map { makeLogits($0, count: size, random: &random) }
      let rows = Rows(logits)
      kernels.softmax(rows.view, 1, size, inverse)
      kernels.softmax(rows.view, 3, size, inverse)
      for row in [1, 3] {
        let reference = Reference(logits[row], factor: Double(inverse))
        let probabilities = rows.row(row)
        #expect(
          probabilities.indices.allSatisfy { reference.isProbability(probabilities[$0], $0) }, "row \(row), \(size)")
        #expect(rows.padding(row).allSatisfy { $0 == 0 })
      }
      #expect([0, 2].map(rows.row) == [logits[0], logits[2]], "one row only")
      #expect(rows.othersAreUntouched(4))
    }
  }

  @Test(.enabled(if: fusedKernels.count > 1, "needs a CPU with AVX2 and AVX-512"))
  func vectorWidthChangesNoBit() {
    var random = RandomGenerator(seed: 34)
    for size in Self.vocabularySizes {
      let logits = (0..<6).map { makeLogits($0, count: size, random: &random) }
      let targets = (0..<6).map { Int32($0 % size) }
      let results = fusedKernels.map { kernels in
        let rows = Rows(logits)
        let losses = GuardedFloats(count: 5)
        kernels.softmaxCrossEntropy(5, rows.view, size, targets, 0.3, 0, losses.pointer, true)
        kernels.softmax(rows.view, 5, size, 1.3)
        return (losses.values + (0..<6).flatMap(rows.row)).map(\.bitPattern)
      }
      #expect(results.allSatisfy { $0 == results[0] }, "\(size) characters")
    }
  }
}
