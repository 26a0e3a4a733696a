import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of products of activations and packed weights, against a triple loop in Double.
@Suite struct MultiplyTests {
  enum Start: CaseIterable { case zero, result, bias }

  /// The operands of one product, ready for any kernel set.
  private struct Product {
    var left: PlainMatrix
    let right: PlainMatrix
    let bias: PlainMatrix
    let before: PlainMatrix
    let start: Start
    let rightBlocks: Blocks

    init(rows: Int, terms: Int, units: Int, start: Start, random: inout RandomGenerator) {
      left = PlainMatrix(rows: rows, columns: terms, random: &random)
      right = PlainMatrix(rows: terms, columns: units, random: &random)
      bias = PlainMatrix(rows: 1, columns: units, random: &random)
      before = PlainMatrix(rows: rows, columns: units, random: &random)
      self.start = start
      rightBlocks = Blocks(units: units, gates: 1)
    }

    /// Returns the product of the first rows.
    func prefix(_ rows: Int) -> Product {
      var result = self
      result.left.rows = rows
      result.left.values.removeLast((left.rows - rows) * left.columns)
      return result
    }

    func run(_ kernels: KernelSet, left: BlockedRows, right: GuardedFloats, result: BlockedRows) {
      let bias = bias.packed(rightBlocks)
      let productStart: ProductStart =
        switch start {
        case .zero: .zero
        case .result: .result
        case .bias: .bias(bias.pointer)
        }
      let terms = right.count / rightBlocks.size(rows: 1)
      kernels.multiply(StepRows(self.left.rows), left, right.pointer, rightBlocks, terms, productStart, result)
      #expect(right.guardsAreUntouched && bias.guardsAreUntouched)
    }

    /// Whether every element is within the rounding tolerance.
    func isResult(_ element: (_ row: Int, _ column: Int) -> Float) -> Bool {
      let (sums, magnitudes) = left.times(right)
      return (0..<left.rows).allSatisfy { row in
        (0..<right.columns).allSatisfy { column in
          let offset: Float =
            switch start {
            case .zero: 0
            case .result: before[row, column]
            case .bias: bias[0, column]
            }
          let index = row * right.columns + column
          let magnitude = magnitudes[index] + abs(Double(offset))
          let error = Double(element(row, column)) - Double(offset) - sums[index]
          return abs(error) <= sumTolerance(terms: left.columns, magnitude: magnitude)
        }
      }
    }
  }

  /// Returns a product of row-major states, including its padding.
  ///
  /// - Parameter isOneBlock: Whether all terms of a row are read as one block, as those of a state are.
  private func rowMajorResult(
    of product: Product, by kernels: KernelSet, isOneBlock: Bool = false
  ) -> GuardedFloats {
    let rows = product.left.rows
    let units = product.right.columns
    let leftStride = product.left.columns + 5
    let left = product.left.spread(rowStride: leftStride)
    let width = product.rightBlocks.size(rows: 1)
    let stride = width + 16
    let result = GuardedFloats(count: rows * stride)
    if product.start == .result {
      for row in 0..<rows {
        for column in 0..<width {
          result.pointer[row * stride + column] = column < units ? product.before[row, column] : 0
        }
      }
    }
    let columns = product.left.columns
    product.run(
      kernels,
      left: isOneBlock
        ? BlockedRows(oneBlock: left.pointer, columns: columns, rowStride: leftStride)
        : BlockedRows(rowMajor: left.pointer, columns: columns, rowStride: leftStride),
      right: product.right.packed(product.rightBlocks),
      result: BlockedRows(rowMajor: result.pointer, columns: units, rowStride: stride))
    return result
  }

  /// All row counts around the heights of tiles, with all unit counts around the widths of blocks.
  @Test(arguments: availableKernels)
  func statesTimesWeights(kernels: KernelSet) {
    var random = RandomGenerator(seed: 11)
    let termCounts = [1, 2, 16, 17, 63, 64, 65, 70, 130]
    var turn = 0
    for units in edgeUnitCounts {
      for rows in 1...14 {
        let product = Product(
          rows: rows, terms: termCounts[turn % termCounts.count], units: units,
          start: Start.allCases[turn % 2 + turn % 4 / 3], random: &random)
        turn += 1
        let result = rowMajorResult(of: product, by: kernels)
        let width = product.rightBlocks.size(rows: 1)
        let stride = result.count / rows
        let shape = "\(rows) rows, \(product.left.columns) terms, \(units) units, \(product.start)"
        #expect(product.isResult { result.pointer[$0 * stride + $1] }, "\(shape)")
        let isPaddingRight = (0..<result.count).allSatisfy { index in
          let column = index % stride
          return column < units || (column < width ? result.pointer[index] == 0 : result.isUntouched(index))
        }
        #expect(isPaddingRight && result.guardsAreUntouched, "\(shape)")
      }
    }
  }

  /// More terms than a kernel sums at once, and the rows of several steps, with gaps between them.
  @Test(arguments: availableKernels)
  func rowsOfSeveralSteps(kernels: KernelSet) {
    var random = RandomGenerator(seed: 14)
    for (terms, start) in zip([127, 128, 129, 255, 257, 300], Start.allCases + Start.allCases) {
      for (rows, steps, distance) in [(1, 3, 2), (4, 2, 4), (7, 3, 9), (13, 2, 20)] {
        let all = Product(rows: steps * distance, terms: terms, units: 70, start: start, random: &random)
        let width = all.rightBlocks.size(rows: 1)
        let left = all.left.spread(rowStride: terms)
        let right = all.right.packed(all.rightBlocks)
        let bias = all.bias.packed(all.rightBlocks)
        let result = GuardedFloats(count: steps * distance * width)
        for row in 0..<steps * distance where row % distance < rows && start == .result {
          for column in 0..<width {
            result.pointer[row * width + column] = column < 70 ? all.before[row, column] : 0
          }
        }
        kernels.multiply(
          StepRows(rows, steps: steps, distance: distance),
          BlockedRows(oneBlock: left.pointer, columns: terms, rowStride: terms), right.pointer, all.rightBlocks, terms,
          start == .zero ? .zero : start == .result ? .result : .bias(bias.pointer),
          BlockedRows(rowMajor: result.pointer, columns: 70, rowStride: width))

        let shape = "\(terms) terms, \(rows) rows of \(steps) steps, \(start)"
        let isOutside = { (row: Int) in row % distance >= rows }
        // Rows in the gaps belong to another thread; the comparison accepts any values there.
        let (sums, _) = all.left.times(all.right)
        #expect(
          all.isResult { row, column in
            guard isOutside(row) else { return result.pointer[row * width + column] }
            let offset = start == .zero ? 0 : start == .result ? all.before[row, column] : all.bias[0, column]
            return Float(sums[row * 70 + column] + Double(offset))
          }, "\(shape)")
        let untouched = (0..<result.count).allSatisfy { !isOutside($0 / width) || result.isUntouched($0) }
        #expect(untouched && result.guardsAreUntouched, "\(shape)")
      }
    }
  }

  /// Gate gradients times transposed weights that only some gates have.
  @Test(arguments: availableKernels)
  func windowsOfGatesTimesWeights(kernels: KernelSet) {
    var random = RandomGenerator(seed: 12)
    let windows: [(gates: Int, window: Range<Int>)] = [
      (1, 0..<1), (2, 0..<2), (2, 1..<2), (4, 0..<4), (4, 0..<3), (4, 1..<4),
    ]
    var turn = 0
    for (gates, window) in windows {
      for units in [1, 16, 17, 32, 33, 47, 49, 64, 65, 70] {
        let rows = turn % 7 + 1
        let (totalRows, firstRow) = (rows + 5, turn % 3)
        let product = Product(
          rows: rows, terms: window.count * units, units: [3, 16, 40, 70][turn % 4],
          start: Start.allCases[turn % 3], random: &random)
        turn += 1

        // The gates outside the window and the rows of other steps stay NaN.
        let blocks = Blocks(units: units, gates: gates)
        let left = GuardedFloats(count: blocks.size(rows: totalRows))
        let terms = blocks.totalUnitColumns * 16 * window.count
        let right = GuardedFloats([Float](repeating: 0, count: product.rightBlocks.size(rows: terms)))
        var term = 0
        for block in 0..<blocks.count {
          for gate in window {
            for unitOfBlock in 0..<blocks.unitColumns(of: block) * 16 {
              let unit = block * blocks.unitColumns * 16 + unitOfBlock
              let column = (gate - window.lowerBound) * units + unit
              for row in 0..<rows {
                left.pointer[blocks.index(row: firstRow + row, gate: gate, unit: unit, rows: totalRows)] =
                  unit < units ? product.left[row, column] : 0
              }
              for k in 0..<product.right.columns where unit < units {
                right.pointer[product.rightBlocks.index(row: term, gate: 0, unit: k, rows: terms)] =
                  product.right[column, k]
              }
              term += 1
            }
          }
        }
        let resultBlocks = product.rightBlocks
        let result = GuardedFloats(count: resultBlocks.size(rows: totalRows))
        for row in 0..<rows where product.start == .result {
          for k in 0..<resultBlocks.totalUnitColumns * 16 {
            result.pointer[resultBlocks.index(row: firstRow + row, gate: 0, unit: k, rows: totalRows)] =
              k < product.right.columns ? product.before[row, k] : 0
          }
        }
        product.run(
          kernels,
          left: BlockedRows(
            left.pointer, blocks, rows: totalRows, firstRow: firstRow, firstGate: window.lowerBound,
            gateCount: window.count),
          right: right,
          result: BlockedRows(
            result.pointer, resultBlocks, rows: totalRows, firstRow: firstRow, firstGate: 0, gateCount: 1))

        let shape = "gates \(window) of \(gates), \(units) units, \(rows) rows, \(product.start)"
        func index(_ row: Int, _ k: Int) -> Int { resultBlocks.index(row: row, gate: 0, unit: k, rows: totalRows) }
        #expect(product.isResult { result.pointer[index(firstRow + $0, $1)] }, "\(shape)")
        let otherRows = (0..<totalRows).filter { $0 < firstRow || $0 >= firstRow + rows }
        let untouched = otherRows.allSatisfy { row in
          (0..<product.right.columns).allSatisfy { result.isUntouched(index(row, $0)) }
        }
        #expect(untouched && result.guardsAreUntouched, "\(shape)")
      }
    }
  }

  /// A single row has a separate kernel, and several rows are computed in tiles of several heights.
  @Test(arguments: availableKernels)
  func numberOfRowsChangesNoBit(kernels: KernelSet) {
    var random = RandomGenerator(seed: 15)
    for (turn, units) in edgeUnitCounts.enumerated() {
      let start = Start.allCases[turn % 3]
      let product = Product(
        rows: 14, terms: [17, 127, 128, 129, 300][turn % 5], units: units, start: start, random: &random)
      let together = bits(of: product, by: kernels)
      for rows in 1...13 {
        #expect(
          bits(of: product.prefix(rows), by: kernels) == Array(together.prefix(rows)), "\(rows) rows, \(units) units")
      }
    }
  }

  /// (row, unit)
  private func bits(of product: Product, by kernels: KernelSet) -> [[UInt32]] {
    let result = rowMajorResult(of: product, by: kernels, isOneBlock: true)
    let stride = result.count / product.left.rows
    return (0..<product.left.rows).map { row in
      (0..<product.right.columns).map { result.pointer[row * stride + $0].bitPattern }
    }
  }

  @Test(.enabled(if: fusedKernels.count > 1, "needs a CPU with AVX2 and AVX-512"))
  func vectorWidthChangesNoBit() {
    var random = RandomGenerator(seed: 13)
    for (units, start) in zip([5, 16, 33, 50, 64, 70], Start.allCases + Start.allCases) {
      let product = Product(rows: 13, terms: 70, units: units, start: start, random: &random)
      let results = fusedKernels.map { rowMajorResult(of: product, by: $0).values.map(\.bitPattern) }
      #expect(results.allSatisfy { $0 == results[0] }, "\(units) units, \(start)")
    }
  }
}
