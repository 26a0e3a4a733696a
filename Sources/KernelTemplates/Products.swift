/// A matrix of activations as an operand of products: blocks of columns, each stored row by row.
public struct BlockedRows: @unchecked Sendable {
  public var pointer: UnsafeMutablePointer<Float>
  public var blockCount: Int
  public var blockStride: Int
  /// Number of floats used in a row of a block, and the distance between rows.
  public var width: Int
  public var rowStride: Int
  public var lastWidth: Int
  public var lastRowStride: Int

  /// Creates a view of a row-major matrix with `columns` columns.
  public init(rowMajor pointer: UnsafeMutablePointer<Float>, columns: Int, rowStride: Int) {
    let fullWidth = 4 * columnWidth
    self.pointer = pointer
    blockCount = (columns + fullWidth - 1) / fullWidth
    blockStride = fullWidth
    width = fullWidth
    self.rowStride = rowStride
    lastWidth = columns - (blockCount - 1) * fullWidth
    lastRowStride = rowStride
    lastBlockCorrection = 0
  }

  /// Creates a view of rows as one block of any width.
  @inlinable @inline(__always)
  public init(oneBlock pointer: FloatPointer, columns: Int, rowStride: Int) {
    self.pointer = UnsafeMutablePointer(mutating: pointer)
    blockCount = 1
    blockStride = 0
    width = columns
    self.rowStride = rowStride
    lastWidth = columns
    lastRowStride = rowStride
    lastBlockCorrection = 0
  }

  /// Creates a view of gate activations (see ``Blocks``) from row `firstRow` on, of `rows` in all, with only
  /// `gateCount` gates of each unit column from `firstGate` on.
  public init(
    _ pointer: UnsafeMutablePointer<Float>, _ blocks: Blocks, rows: Int, firstRow: Int, firstGate: Int, gateCount: Int
  ) {
    let last = blocks.count - 1
    let partWidth = blocks.unitColumns * columnWidth
    self.pointer = pointer + firstRow * blocks.fullWidth + firstGate * partWidth
    blockCount = blocks.count
    blockStride = blocks.fullWidth * rows
    width = gateCount * partWidth
    rowStride = blocks.fullWidth
    lastWidth = gateCount * blocks.unitColumns(of: last) * columnWidth
    lastRowStride = blocks.width(of: last)
    lastBlockCorrection =
      firstRow * (lastRowStride - rowStride)
      + firstGate * (blocks.unitColumns(of: last) - blocks.unitColumns) * columnWidth
  }

  /// Offset of the last block's start relative to full blocks, because its rows and gates are shorter.
  public var lastBlockCorrection: Int

  @inlinable @inline(__always)
  func start(of block: Int) -> UnsafeMutablePointer<Float> {
    pointer + block &* blockStride + (block &+ 1 == blockCount ? lastBlockCorrection : 0)
  }
  @inlinable @inline(__always)
  func width(of block: Int) -> Int { block &+ 1 == blockCount ? lastWidth : width }
  @inlinable @inline(__always)
  func rowStride(of block: Int) -> Int { block &+ 1 == blockCount ? lastRowStride : rowStride }
}

/// Computes result = start + left · right, where `right` is packed: (block, term, column of the block).
@inlinable @inline(__always)
public func multiply(
  _ multiplyBlock: BlockKernel, rows: StepRows, left: BlockedRows, right: FloatPointer, rightBlocks: Blocks, terms: Int,
  start: ProductStart, result: BlockedRows
) {
  var block = 0
  while block < rightBlocks.count {
    let width = rightBlocks.width(of: block)
    var startOfBlock = start
    if case .bias(let bias) = start { startOfBlock = .bias(bias + rightBlocks.offset(of: block, rows: 1)) }
    multiplyBlock(
      BlockProduct(
        rows: rows, columns: width / columnWidth, start: startOfBlock, left: left,
        right: right + rightBlocks.offset(of: block, rows: terms), rightStride: width,
        result: result.start(of: block), resultStride: result.rowStride(of: block)))
    block &+= 1
  }
}

/// Computes weight gradients gradient[k] = Σ over rows of inputs[row][k] · gateGradients[row], for some k of one block.
///
/// - Parameters:
///   - rows: The rows of some steps, in the order of the sum, from row `firstRow` on.
///   - start: Zero for the first rows of a sum; the result for later ones, which are added to it.
///   - inputs: (row, k), rows `inputStride` floats apart.
///   - gateGradients: All blocks of the gradients; `gradientBlocks` is the partition of the weights.
///   - gradient: (block, k, column of the block), `inputCount` rows k per block.
///   - upcoming: Inputs to prefetch for the next call.
@inlinable @inline(__always)
public func weightGradients(
  _ multiplyBlock: BlockKernel, rows: StepRows, firstRow: Int, start: ProductStart, inputs: FloatPointer,
  inputStride: Int, gateGradients: BlockedRows, gradientBlocks: Blocks, block: Int, inputRange: Range<Int>,
  inputCount: Int, gradient: MutableFloatPointer, upcoming: Upcoming
) {
  let width = gradientBlocks.width(of: block)
  let rowStride = gateGradients.rowStride(of: block)
  // The transposed inputs: one row per k, one term per input row, one block per step.
  var transposed = BlockedRows(
    oneBlock: inputs + firstRow &* inputStride + inputRange.lowerBound, columns: rows.rows, rowStride: 1)
  transposed.blockCount = rows.steps
  transposed.blockStride = rows.distance &* inputStride
  let product = BlockProduct(
    rows: StepRows(inputRange.upperBound &- inputRange.lowerBound), columns: width / columnWidth,
    start: start, left: transposed, leftTerm: inputStride,
    right: FloatPointer(gateGradients.start(of: block)) + firstRow &* rowStride, rightStride: rowStride,
    rightGap: (rows.distance &- rows.rows) &* rowStride,
    result: gradient + gradientBlocks.offset(of: block, rows: inputCount) + inputRange.lowerBound &* width,
    resultStride: width, upcoming: upcoming)
  multiplyBlock(product)
}

/// Adds the gradients of looked-up rows: gradient[character of the row] += gateGradients[row], one row after the other.
/// `gradient` must be zero before the first row.
///
/// - Parameter factors: Factors of the looked-up rows in the forward pass, one per row; nil for 1.
@inlinable @inline(__always)
public func addRowGradients<V: FloatVector>(
  _: V.Type, rows: Range<Int>, characters: UnsafePointer<Int32>, gateGradients: BlockedRows, gradientBlocks: Blocks,
  block: Int, characterCount: Int, factors: FloatPointer?, gradient: MutableFloatPointer
) {
  let width = gradientBlocks.width(of: block)
  let table = gradient + gradientBlocks.offset(of: block, rows: characterCount)
  let rowStride = gateGradients.rowStride(of: block)
  var source = FloatPointer(gateGradients.start(of: block)) + rows.lowerBound &* rowStride
  var row = rows.lowerBound
  while row < rows.upperBound {
    let destination = table + Int(truncatingIfNeeded: characters[row]) &* width
    var i = 0
    if let factors {
      let factor = V(repeating: factors[row])
      while i < width {
        V(at: FloatPointer(destination) + i).adding(V(at: source + i), times: factor).store(destination + i)
        i &+= V.lanes
      }
    }
    while i < width {
      (V(at: FloatPointer(destination) + i) + V(at: source + i)).store(destination + i)
      i &+= V.lanes
    }
    source += rowStride
    row &+= 1
  }
}

/// Packs the transpose of weights, or of some rows k of theirs, for a product of the backward pass.
///
/// - Parameters:
///   - weights: (block, k, column of the block), `rowCount` rows k per block.
///   - firstRow: The first of the rows k.
///   - transposed: (block of k, column of all blocks, k of the block), zero beyond `rowCount`.
@inlinable @inline(__always)
public func packTransposed(
  weights: FloatPointer, blocks: Blocks, rowCount: Int, firstRow: Int, transposedBlocks: Blocks, block: Int,
  transposed: MutableFloatPointer
) {
  let width = transposedBlocks.width(of: block)
  let terms = blocks.size(rows: 1)
  let firstRow = firstRow &+ block &* transposedBlocks.fullWidth
  let rows = rowCount &- firstRow < width ? rowCount &- firstRow : width
  var destination = transposed + transposedBlocks.offset(of: block, rows: terms)
  var sourceBlock = 0
  while sourceBlock < blocks.count {
    let sourceWidth = blocks.width(of: sourceBlock)
    let source = weights + blocks.offset(of: sourceBlock, rows: rowCount) + firstRow &* sourceWidth
    var column = 0
    while column < sourceWidth {
      var k = 0
      while k < rows {
        destination[k] = source[k &* sourceWidth &+ column]
        k &+= 1
      }
      while k < width {
        destination[k] = 0
        k &+= 1
      }
      destination += width
      column &+= 1
    }
    sourceBlock &+= 1
  }
}
