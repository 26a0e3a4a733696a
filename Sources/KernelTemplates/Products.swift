/// A matrix of activations as the products see it: blocks of columns, each stored row after row.
public struct BlockedRows: @unchecked Sendable {
  public var pointer: UnsafeMutablePointer<Float>
  public var blockCount: Int
  public var blockStride: Int
  /// Floats that count in a row of a block, and the distance from row to row.
  public var width: Int
  public var rowStride: Int
  public var lastWidth: Int
  public var lastRowStride: Int

  /// A matrix stored row after row, `columns` numbers wide.
  public init(rowMajor pointer: UnsafeMutablePointer<Float>, columns: Int, rowStride: Int) {
    let fullWidth = 4 * columnWidth
    self.pointer = pointer
    blockCount = (columns + fullWidth - 1) / fullWidth
    blockStride = fullWidth
    width = fullWidth
    self.rowStride = rowStride
    lastWidth = columns - (blockCount - 1) * fullWidth
    lastRowStride = rowStride
  }

  /// The activations of gates (see ``Blocks``) from row `firstRow` on, of `rows` in all; of each unit column only
  /// `gateCount` gates from `firstGate` on.
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
    lastBlockCorrection = firstRow * (lastRowStride - rowStride)
  }

  /// What the last block begins earlier because its rows are shorter.
  public var lastBlockCorrection = 0

  @inlinable @inline(__always)
  func start(of block: Int) -> UnsafeMutablePointer<Float> {
    pointer + block &* blockStride + (block &+ 1 == blockCount ? lastBlockCorrection : 0)
  }
  @inlinable @inline(__always)
  func width(of block: Int) -> Int { block &+ 1 == blockCount ? lastWidth : width }
  @inlinable @inline(__always)
  func rowStride(of block: Int) -> Int { block &+ 1 == blockCount ? lastRowStride : rowStride }
}

/// What the sums of a product start from.
public enum ProductStart: @unchecked Sendable {
  case zero
  /// What `result` holds.
  case result
  case bias(FloatPointer)
}

/// result = start + left · right, for `rows` rows.
///
/// `right` is packed: (block, term, column of the block).
@inlinable @inline(__always)
public func multiply<V: FloatVector>(
  _: V.Type, rows: Int, left: BlockedRows, right: FloatPointer, rightBlocks: Blocks, terms: Int, start: ProductStart,
  result: BlockedRows
) {
  forEachTile(
    rightBlocks, in: 0..<rightBlocks.count, rows: rows,
    ProductTile<V>(left: left, right: right, rightBlocks: rightBlocks, terms: terms, start: start, result: result))
}

@usableFromInline
struct ProductTile<V: FloatVector>: TileBody {
  @usableFromInline typealias Vector = V
  @usableFromInline let left: BlockedRows
  @usableFromInline let right: FloatPointer
  @usableFromInline let rightBlocks: Blocks
  @usableFromInline let terms: Int
  @usableFromInline let start: ProductStart
  @usableFromInline let result: BlockedRows
  @inlinable
  init(
    left: BlockedRows, right: FloatPointer, rightBlocks: Blocks, terms: Int, start: ProductStart, result: BlockedRows
  ) {
    self.left = left
    self.right = right
    self.rightBlocks = rightBlocks
    self.terms = terms
    self.start = start
    self.result = result
  }
  @inlinable static var gates: Int { 1 }

  @inlinable @inline(__always)
  func callAsFunction<let height: Int, let columns: Int>(
    _: Constant<height>.Type, _: Constant<columns>.Type, block: Int, row: Int, part: Int
  ) {
    let width = columns &* columnWidth
    let rowStride = result.rowStride(of: block)
    let destination = result.start(of: block) + row &* rowStride + part
    var sums: Tile<V, height, columns>
    switch start {
    case .zero: sums = Tile(repeating: V(repeating: 0))
    case .result: sums = Tile(at: FloatPointer(destination), rowStride: rowStride)
    case .bias(let bias): sums = Tile(repeatingRow: bias + rightBlocks.offset(of: block, rows: 1) + part)
    }
    var factors = right + rightBlocks.offset(of: block, rows: terms) + part
    var segment = 0
    while segment < left.blockCount {
      let stride = left.rowStride(of: segment)
      let segmentTerms = left.width(of: segment)
      sums.addProduct(
        terms: segmentTerms, a: FloatPointer(left.start(of: segment) + row &* stride), aRow: stride, aTerm: 1,
        b: factors, bTerm: width)
      factors += segmentTerms &* width
      segment &+= 1
    }
    sums.store(destination, rowStride: rowStride)
  }
}

/// Weight gradients: gradient[k] = Σ over rows of inputs[row][k] · gateGradients[row], for some k of some blocks.
///
/// - Parameters:
///   - rows: Steps × batch.
///   - inputs: (row, k), rows `inputStride` floats apart.
///   - gateGradients: All blocks of them; `gradientBlocks` is how the weights are cut.
///   - gradient: (block, k, column of the block), `inputCount` numbers k to a block.
@inlinable @inline(__always)
public func weightGradients<V: FloatVector>(
  _: V.Type, rows: Int, inputs: FloatPointer, inputStride: Int, gateGradients: BlockedRows, gradientBlocks: Blocks,
  block: Int, inputRange: Range<Int>, inputCount: Int, gradient: MutableFloatPointer
) {
  // As many rows as leave the gate gradients in the first-level cache while all inputs pass by.
  let rowsAtOnce = 128
  var first = 0
  repeat {
    let count = rows &- first < rowsAtOnce ? rows &- first : rowsAtOnce
    forEachTile(
      gradientBlocks, in: block..<block &+ 1, rows: inputRange.upperBound &- inputRange.lowerBound,
      WeightGradientTile<V>(
        firstRow: first, rows: count, inputs: inputs + inputRange.lowerBound, inputStride: inputStride,
        gateGradients: gateGradients,
        gradient: gradient + gradientBlocks.offset(of: block, rows: inputCount)
          + inputRange.lowerBound &* gradientBlocks.width(of: block)))
    first &+= count
  } while first < rows
}

@usableFromInline
struct WeightGradientTile<V: FloatVector>: TileBody {
  @usableFromInline typealias Vector = V
  @usableFromInline let firstRow: Int
  @usableFromInline let rows: Int
  @usableFromInline let inputs: FloatPointer
  @usableFromInline let inputStride: Int
  @usableFromInline let gateGradients: BlockedRows
  @usableFromInline let gradient: MutableFloatPointer
  @inlinable
  init(
    firstRow: Int, rows: Int, inputs: FloatPointer, inputStride: Int, gateGradients: BlockedRows,
    gradient: MutableFloatPointer
  ) {
    self.firstRow = firstRow
    self.rows = rows
    self.inputs = inputs
    self.inputStride = inputStride
    self.gateGradients = gateGradients
    self.gradient = gradient
  }
  @inlinable static var gates: Int { 1 }

  @inlinable @inline(__always)
  func callAsFunction<let height: Int, let columns: Int>(
    _: Constant<height>.Type, _: Constant<columns>.Type, block: Int, row: Int, part: Int
  ) {
    let width = columns &* columnWidth
    let destination = gradient + row &* width + part
    let rowStride = gateGradients.rowStride(of: block)
    var sums = Tile<V, height, columns>(repeating: V(repeating: 0))
    if firstRow > 0 { sums = Tile(at: FloatPointer(destination), rowStride: width) }
    let firstGradients = FloatPointer(gateGradients.start(of: block)) + firstRow &* rowStride + part
    sums.addProduct(
      terms: rows, a: inputs + firstRow &* inputStride + row, aRow: 1, aTerm: inputStride, b: firstGradients,
      bTerm: rowStride)
    sums.store(destination, rowStride: width)
  }
}

/// Gradient of looked-up rows: gradient[character of the row] += gateGradients[row], one row after the other; of a
/// bias where `characters` is nil: every row then adds to row 0. `gradient` must be zero before.
@inlinable @inline(__always)
public func addRowGradients<V: FloatVector>(
  _: V.Type, rows: Int, characters: UnsafePointer<Int32>?, gateGradients: BlockedRows, gradientBlocks: Blocks,
  block: Int, characterCount: Int, gradient: MutableFloatPointer
) {
  let width = gradientBlocks.width(of: block)
  let table = gradient + gradientBlocks.offset(of: block, rows: characterCount)
  let rowStride = gateGradients.rowStride(of: block)
  var source = FloatPointer(gateGradients.start(of: block))
  var row = 0
  while row < rows {
    var destination = table
    if let characters { destination += Int(truncatingIfNeeded: characters[row]) &* width }
    var i = 0
    while i < width {
      (V(at: FloatPointer(destination) + i) + V(at: source + i)).store(destination + i)
      i &+= V.lanes
    }
    source += rowStride
    row &+= 1
  }
}

/// Packs the transpose of weights for the product that carries gradients back.
///
/// - Parameters:
///   - weights: (block, k, column of the block), `rowCount` numbers k to a block.
///   - transposed: (block of k, column of all blocks, k of the block), zero beyond `rowCount`.
@inlinable @inline(__always)
public func packTransposed(
  weights: FloatPointer, blocks: Blocks, rowCount: Int, transposedBlocks: Blocks, block: Int,
  transposed: MutableFloatPointer
) {
  let width = transposedBlocks.width(of: block)
  let terms = blocks.size(rows: 1)
  let firstRow = block &* transposedBlocks.fullWidth
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
