internal import KernelTemplates

/// A row of one number for each character: first a copy of the logits, then probabilities.
final class CharacterRow {
  private let kernels: KernelSet
  private let blocks: Blocks
  private let numbers: FloatBuffer

  init(_ network: RecurrentNetwork) {
    kernels = network.logitKernels
    blocks = Blocks(units: network.configuration.vocabularySize, gates: 1)
    numbers = FloatBuffer(count: blocks.size(rows: 1))
  }

  /// (character)
  var elements: FloatView { numbers[0..<blocks.units] }

  /// Copies a row of logits from a workspace.
  func load(_ index: Int, of workspace: Workspace) {
    forEachBlock(index, of: workspace) { numbers[$0].copy(from: workspace.logits[$1]) }
  }

  /// Copies the numbers to a row of logits of a workspace.
  func store(_ index: Int, in workspace: Workspace) {
    forEachBlock(index, of: workspace) { workspace.logits[$1].copy(from: numbers[$0]) }
  }

  private func forEachBlock(_ index: Int, of workspace: Workspace, _ body: (_ own: Range<Int>, Range<Int>) -> Void) {
    for block in 0..<blocks.count {
      let width = blocks.width(of: block)
      let own = blocks.offset(of: block, rows: 1)
      let other = blocks.offset(of: block, rows: workspace.batchSize) + index * width
      body(own..<own + width, other..<other + width)
    }
  }

  func set(_ characters: [Int32], to number: Float) {
    for character in characters { numbers[Int(character)] = number }
  }

  func applySoftmax(temperature: Double) {
    kernels.softmax(
      BlockedRows(numbers.view, blocks, rows: 0..<1, of: 1, gates: 0..<1), 0, blocks.units,
      Float(min(1 / temperature, 1e6)))
  }

  /// The index of the largest number, the first one in a tie.
  var indexOfLargest: Int32 {
    let elements = elements
    var largest = 0
    for index in elements.indices where elements[index] > elements[largest] { largest = index }
    return Int32(largest)
  }

  /// The sum of all probabilities, by columns of sixteen, which do not depend on one another.
  var sum: Double { (0..<numbers.count / columnWidth).reduce(0.0) { $0 + sum(ofColumn: $1) } }

  /// Returns the index at which the cumulative sum exceeds a fraction of the total.
  func index(at share: Double) -> Int32 {
    // The sum is 1 only up to rounding, and less if characters were dropped.
    var rest = share * sum
    var last = 0
    for column in 0..<numbers.count / columnWidth {
      let sum = sum(ofColumn: column)
      if rest >= sum {
        rest -= sum
        continue
      }
      for index in column * columnWidth..<(column + 1) * columnWidth where numbers[index] > 0 {
        last = index
        rest -= Double(numbers[index])
        if rest < 0 { break }
      }
      break
    }
    return Int32(last)
  }

  /// Returns the sum of a column, added in a fixed tree. Padding beyond the vocabulary has probability 0.
  private func sum(ofColumn column: Int) -> Double {
    let sixteen = SIMD16<Float>(at: numbers.pointer(at: column * columnWidth, count: columnWidth))
    let eight = sixteen.lowHalf + sixteen.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return Double(two[0] + two[1])
  }
}
