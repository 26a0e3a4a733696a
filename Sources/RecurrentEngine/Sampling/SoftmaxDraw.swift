internal import KernelTemplates

/// Draws characters from softmax(logits / temperature).
///
/// A draw is a chain of operations on one row: those that change logits come before the softmax, those that leave
/// characters out after it.
final class SoftmaxDraw {
  private let kernels: KernelSet
  private let blocks: Blocks
  /// First the logits of one row, which stay as they are elsewhere for another draw, then their softmax.
  private let row: FloatBuffer

  init(_ model: LanguageModel) {
    kernels = model.kernels
    blocks = Blocks(units: model.configuration.vocabularySize, gates: 1)
    row = FloatBuffer(count: blocks.size(rows: 1))
  }

  /// The temperature 0 takes the most likely character, the first one if there are several.
  func draw(
    row: Int, of workspace: Workspace, _ options: SamplingOptions, using random: inout RandomGenerator
  ) -> Int32 {
    load(row, of: workspace)
    guard options.temperature > 0 else { return Int32(indexOfLargest) }
    applySoftmax(temperature: options.temperature)
    return Int32(index(at: Double(random.nextUnit())))
  }

  private func load(_ index: Int, of workspace: Workspace) {
    for block in 0..<blocks.count {
      let width = blocks.width(of: block)
      let source = workspace.logits.pointer + blocks.offset(of: block, rows: workspace.batchSize) + index * width
      (row.pointer + blocks.offset(of: block, rows: 1)).update(from: source, count: width)
    }
  }

  private func applySoftmax(temperature: Double) {
    kernels.softmax(
      BlockedRows(row.pointer, blocks, rows: 1, firstRow: 0, firstGate: 0, gateCount: 1), 0, blocks.units,
      Float(min(1 / temperature, 1e6)))
  }

  private var indexOfLargest: Int {
    var largest = 0
    for index in 1..<max(blocks.units, 1) where row.pointer[index] > row.pointer[largest] {
      largest = index
    }
    return largest
  }

  /// Where a share of the sum of all probabilities is exceeded.
  ///
  /// The sum is 1 only to rounding. It is taken by columns of sixteen, which do not wait for one another.
  private func index(at share: Double) -> Int {
    let columns = row.count / columnWidth
    var rest = share * (0..<columns).reduce(0.0) { $0 + sum(ofColumn: $1) }
    var last = 0
    for column in 0..<columns {
      let sum = sum(ofColumn: column)
      if rest >= sum {
        rest -= sum
        continue
      }
      for index in column * columnWidth..<(column + 1) * columnWidth where row.pointer[index] > 0 {
        last = index
        rest -= Double(row.pointer[index])
        if rest < 0 { break }
      }
      break
    }
    return last
  }

  /// By a fixed tree. What is beyond the vocabulary has the probability 0.
  private func sum(ofColumn column: Int) -> Double {
    let sixteen = SIMD16<Float>(at: row.pointer + column * columnWidth)
    let eight = sixteen.lowHalf + sixteen.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return Double(two[0] + two[1])
  }
}
