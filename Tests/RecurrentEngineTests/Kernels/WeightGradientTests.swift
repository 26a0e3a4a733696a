import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the sums over all rows of a chunk, and of the transposes for the backward pass.
@Suite struct WeightGradientTests {
  private struct Shape: CustomTestStringConvertible {
    var rows: Int, inputs: Int, units: Int, gates: Int, window: Range<Int>
    var testDescription: String { "\(rows) rows, \(inputs) inputs, gates \(window) of \(gates), \(units) units" }
    /// The blocks of the activations; `weightBlocks` are those of the weights.
    var blocks: Blocks { Blocks(units: units, gates: gates) }
    var weightBlocks: Blocks { Blocks(units: units, gates: window.count) }
    /// The first part starts a sum, and the second adds to it.
    var rowParts: [Range<Int>] { rows > 1 ? [0..<rows / 2, rows / 2..<rows] : [0..<rows] }
  }

  /// Row counts around the 128 that are summed at a time; input counts around the heights of tiles.
  private static let shapes = [
    Shape(rows: 1, inputs: 1, units: 1, gates: 1, window: 0..<1),
    Shape(rows: 2, inputs: 2, units: 16, gates: 4, window: 0..<4),
    Shape(rows: 7, inputs: 3, units: 17, gates: 4, window: 1..<4),
    Shape(rows: 64, inputs: 4, units: 33, gates: 4, window: 0..<3),
    Shape(rows: 127, inputs: 5, units: 32, gates: 2, window: 0..<2),
    Shape(rows: 128, inputs: 6, units: 48, gates: 2, window: 0..<2),
    Shape(rows: 129, inputs: 7, units: 49, gates: 2, window: 0..<2),
    Shape(rows: 255, inputs: 8, units: 31, gates: 1, window: 0..<1),
    Shape(rows: 256, inputs: 11, units: 63, gates: 1, window: 0..<1),
    Shape(rows: 257, inputs: 13, units: 64, gates: 1, window: 0..<1),
    Shape(rows: 300, inputs: 14, units: 65, gates: 1, window: 0..<1),
    Shape(rows: 400, inputs: 20, units: 15, gates: 4, window: 0..<4),
  ]

  /// Returns the activations of all gates: `matrix` in the gates of the window, NaN in the others, and zero in the
  /// padding.
  private func gateGradients(_ matrix: PlainMatrix, _ shape: Shape) -> GuardedFloats {
    let result = GuardedFloats(count: shape.blocks.size(rows: shape.rows))
    for row in 0..<shape.rows {
      for gate in shape.window {
        for unit in 0..<shape.blocks.totalUnitColumns * 16 {
          result.pointer[shape.blocks.index(row: row, gate: gate, unit: unit, rows: shape.rows)] =
            unit < shape.units ? matrix[row, (gate - shape.window.lowerBound) * shape.units + unit] : 0
        }
      }
    }
    return result
  }

  private func view(_ gates: GuardedFloats, _ shape: Shape) -> BlockedRows {
    BlockedRows(
      gates.pointer, shape.blocks, rows: shape.rows, firstRow: 0, firstGate: shape.window.lowerBound,
      gateCount: shape.window.count)
  }

  /// Returns the gradient with its padding, computed in two ranges of inputs and two parts of the rows.
  private func weightGradient(
    _ inputs: PlainMatrix, _ gates: PlainMatrix, _ shape: Shape, by kernels: KernelSet
  ) -> GuardedFloats {
    let stride = shape.inputs + 3
    let spread = inputs.spread(rowStride: stride)
    let gateGradients = gateGradients(gates, shape)
    let gradient = GuardedFloats(count: shape.weightBlocks.size(rows: shape.inputs))
    let middle = shape.inputs / 3
    for block in 0..<shape.weightBlocks.count {
      for range in [middle..<shape.inputs, 0..<middle] {
        for rows in shape.rowParts {
          kernels.weightGradients(
            StepRows(rows.count), rows.lowerBound, rows.lowerBound > 0 ? .result : .zero, spread.pointer, stride,
            view(gateGradients, shape), shape.weightBlocks, block, range, shape.inputs, gradient.pointer,
            Upcoming(spread.pointer, lines: 9))
        }
      }
    }
    return gradient
  }

  @Test(arguments: availableKernels)
  func weightGradientsAreSumsOfOuterProducts(kernels: KernelSet) {
    var random = RandomGenerator(seed: 21)
    for shape in Self.shapes {
      let inputs = PlainMatrix(rows: shape.rows, columns: shape.inputs, random: &random)
      let gates = PlainMatrix(rows: shape.rows, columns: shape.window.count * shape.units, random: &random)
      let gradient = weightGradient(inputs, gates, shape, by: kernels)
      let (sums, magnitudes) = inputs.transposed.times(gates)
      var expected = [Int: (sum: Double, tolerance: Double)]()
      for index in sums.indices {
        let (input, column) = index.quotientAndRemainder(dividingBy: gates.columns)
        let (gate, unit) = column.quotientAndRemainder(dividingBy: shape.units)
        expected[shape.weightBlocks.index(row: input, gate: gate, unit: unit, rows: shape.inputs)] =
          (sums[index], sumTolerance(terms: shape.rows, magnitude: magnitudes[index]))
      }
      let isRight = (0..<gradient.count).allSatisfy { index in
        guard let (sum, tolerance) = expected[index] else { return gradient.pointer[index] == 0 }
        return abs(Double(gradient.pointer[index]) - sum) <= tolerance
      }
      #expect(isRight && gradient.guardsAreUntouched, "\(shape.testDescription)")
    }
  }

  /// A thread writes only its range of the matrix.
  @Test(arguments: availableKernels)
  func aRangeOfInputsIsAllThatIsWritten(kernels: KernelSet) {
    var random = RandomGenerator(seed: 22)
    let shape = Shape(rows: 140, inputs: 14, units: 70, gates: 1, window: 0..<1)
    let inputs = PlainMatrix(rows: shape.rows, columns: shape.inputs, random: &random).spread(rowStride: 14)
    let gates = gateGradients(PlainMatrix(rows: shape.rows, columns: 70, random: &random), shape)
    for block in 0..<2 {
      for range in [0..<1, 3..<10, 13..<14] {
        let gradient = GuardedFloats(count: shape.weightBlocks.size(rows: 14))
        kernels.weightGradients(
          StepRows(shape.rows), 0, .zero, inputs.pointer, 14, view(gates, shape), shape.weightBlocks, block, range, 14,
          gradient.pointer, Upcoming(inputs.pointer, lines: 0))
        let start = shape.weightBlocks.offset(of: block, rows: 14)
        let width = shape.weightBlocks.width(of: block)
        let written = start + range.lowerBound * width..<start + range.upperBound * width
        #expect((0..<gradient.count).allSatisfy { gradient.isUntouched($0) != written.contains($0) })
        #expect(gradient.guardsAreUntouched)
      }
    }
  }

  /// Rows are added one after the other, so a loop in Float gives the same bits.
  @Test(arguments: availableKernels, [nil, [0, 2, 1, 0.5]])
  func rowsAreAddedInTheirOrder(kernels: KernelSet, someFactors: [Float]?) {
    var random = RandomGenerator(seed: 23)
    for shape in Self.shapes {
      let gates = PlainMatrix(rows: shape.rows, columns: shape.window.count * shape.units, random: &random)
      let characters = (0..<shape.rows).map { _ in Int32.random(in: 0..<Int32(shape.inputs), using: &random) }
      let gateGradients = gateGradients(gates, shape)
      // Powers of two give the same products with and without fused multiply-adds.
      let factors = someFactors.map { some in (0..<shape.rows).map { some[$0 % some.count] } }
      for isBias in someFactors == nil ? [false, true] : [false] {
        let rowCount = isBias ? 1 : shape.inputs
        var expected = [Float](repeating: 0, count: shape.weightBlocks.size(rows: rowCount))
        for (row, character) in characters.enumerated() {
          for column in 0..<gates.columns {
            let (gate, unit) = column.quotientAndRemainder(dividingBy: shape.units)
            let index = shape.weightBlocks.index(
              row: isBias ? 0 : Int(character), gate: gate, unit: unit, rows: rowCount)
            expected[index] += gates[row, column] * (factors?[row] ?? 1)
          }
        }
        let gradient = GuardedFloats([Float](repeating: 0, count: expected.count))
        // A bias is the weight of an input that is always one.
        let one = GuardedFloats([1])
        let guardedFactors = factors.map(GuardedFloats.init)
        let factorsPointer = guardedFactors.map { UnsafePointer($0.pointer) }
        for block in 0..<shape.weightBlocks.count {
          for rows in shape.rowParts {
            if isBias {
              kernels.weightGradients(
                StepRows(rows.count), rows.lowerBound, rows.lowerBound > 0 ? .result : .zero, one.pointer, 0,
                view(gateGradients, shape), shape.weightBlocks, block, 0..<1, 1, gradient.pointer,
                Upcoming(one.pointer, lines: 0))
            } else {
              kernels.addRowGradients(
                rows, characters, view(gateGradients, shape), shape.weightBlocks, block, rowCount, factorsPointer,
                gradient.pointer)
            }
          }
        }
        #expect(gradient.values == expected, "\(shape.testDescription), bias: \(isBias)")
        #expect(gradient.guardsAreUntouched)
      }
    }
  }

  /// Transposing moves the numbers and does not change them.
  @Test(arguments: availableKernels)
  func theTransposeHasTheSameNumbers(kernels: KernelSet) {
    for gates in 1...4 {
      for (units, rows) in zip(edgeUnitCounts, edgeUnitCounts.reversed() + [70]) {
        let blocks = Blocks(units: units, gates: gates)
        let weights = GuardedFloats((0..<blocks.size(rows: rows)).map { Float($0 + 1) })
        let transposedBlocks = Blocks(units: rows, gates: 1)
        let terms = blocks.size(rows: 1)
        let transposed = GuardedFloats(count: transposedBlocks.size(rows: terms))
        for block in 0..<transposedBlocks.count {
          kernels.packTransposed(weights.pointer, blocks, rows, 0, transposedBlocks, block, transposed.pointer)
        }

        var expected = [Float](repeating: 0, count: transposed.count)
        var term = 0
        for block in 0..<blocks.count {
          for gate in 0..<gates {
            for unitOfBlock in 0..<blocks.unitColumns(of: block) * 16 {
              let unit = block * blocks.unitColumns * 16 + unitOfBlock
              for row in 0..<rows {
                expected[transposedBlocks.index(row: term, gate: 0, unit: row, rows: terms)] =
                  weights.pointer[blocks.index(row: row, gate: gate, unit: unit, rows: rows)]
              }
              term += 1
            }
          }
        }
        #expect(transposed.values == expected, "\(rows) rows, \(gates) gates, \(units) units")
        #expect(transposed.guardsAreUntouched && weights.guardsAreUntouched)
      }
    }
  }

  @Test(.enabled(if: fusedKernels.count > 1, "needs a CPU with AVX2 and AVX-512"))
  func vectorWidthChangesNoBit() {
    var random = RandomGenerator(seed: 24)
    for shape in Self.shapes {
      let inputs = PlainMatrix(rows: shape.rows, columns: shape.inputs, random: &random)
      let gates = PlainMatrix(rows: shape.rows, columns: shape.window.count * shape.units, random: &random)
      let gradients = fusedKernels.map { weightGradient(inputs, gates, shape, by: $0).values.map(\.bitPattern) }
      #expect(gradients.allSatisfy { $0 == gradients[0] }, "\(shape.testDescription)")
    }
  }
}
