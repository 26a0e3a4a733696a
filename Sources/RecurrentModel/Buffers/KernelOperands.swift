// Kernel operands over checked regions: each initializer checks once that the view holds all that a kernel will touch.

package import KernelTemplates

extension BlockedRows {
  /// A row-major matrix as a result or a blocked left factor: (row, column).
  package init(rowMajor view: FloatView, rows: Int, columns: Int, rowStride: Int) {
    self.init(rowMajor: view, rows: rows, columns: 0..<columns, rowStride: rowStride)
  }

  /// Some columns of a row-major matrix as a result.
  init(rowMajor view: FloatView, rows: Int, columns: Range<Int>, rowStride: Int) {
    self.init(
      rowMajor: view.pointer(at: 0, count: rows * rowStride) + columns.lowerBound, columns: columns.count,
      rowStride: rowStride)
  }

  /// A row-major matrix as one block of a left factor: (row, column).
  package init(oneBlock view: FloatView, rows: Int, columns: Int, rowStride: Int) {
    self.init(oneBlock: view.pointer(at: 0, count: rows * rowStride), columns: columns, rowStride: rowStride)
  }

  /// Some rows and gates of an array (block, row, gate, unit) with `rowCount` rows.
  package init(_ view: FloatView, _ blocks: Blocks, rows: Range<Int>, of rowCount: Int, gates: Range<Int>) {
    assert(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) are out of bounds 0..<\(rowCount)")
    assert(gates.lowerBound >= 0 && gates.upperBound <= blocks.gates, "gates \(gates) are out of \(blocks.gates)")
    self.init(
      view.pointer(at: 0, count: blocks.size(rows: rowCount)), blocks, rows: rowCount, firstRow: rows.lowerBound,
      firstGate: gates.lowerBound, gateCount: gates.count)
  }

  var columnCount: Int { (blockCount - 1) * width + lastWidth }
}

extension StepRows {
  /// Rows from the first one computed to the last, those of other threads between them included.
  var extent: Int { rows == 0 ? 0 : (steps - 1) * distance + rows }
}

/// The right factor of a product, in packed form: (block, term, column of the block). A bias is one with a single term.
struct PackedMatrix {
  let elements: FloatView
  let blocks: Blocks
  let terms: Int

  subscript(range: Range<Int>) -> PackedMatrix {
    PackedMatrix(
      elements: elements[blocks.offset(of: range.lowerBound, rows: terms)...], blocks: blocks[range], terms: terms)
  }

  var pointer: MutableFloatPointer { elements.pointer(at: 0, count: blocks.size(rows: terms)) }
}

extension ParameterLayout.Matrix {
  /// The matrix in an allocation of parameters or gradients.
  func packed(in parameters: FloatBuffer) -> PackedMatrix {
    PackedMatrix(elements: parameters[range], blocks: blocks, terms: rowCount)
  }
}

extension KernelSet {
  /// result = start + left · right
  @inline(__always)
  func multiply(
    _ rows: StepRows, _ left: BlockedRows, by right: PackedMatrix, from start: ProductStart, into result: BlockedRows
  ) {
    assert(left.columnCount == right.terms, "a row of \(left.columnCount) numbers meets \(right.terms) terms")
    assert(result.blockCount == right.blocks.count, "\(right.blocks.count) blocks go into \(result.blockCount)")
    multiply(rows, left, right.pointer, right.blocks, right.terms, start, result)
  }
}

extension Upcoming {
  /// Some rows of a view that are `stride` floats apart. They are prefetched and not read, so that they may lie beyond
  /// the end.
  init(_ view: FloatView, firstRow: Int, _ rows: StepRows, stride: Int) {
    self.init(
      view.pointer(at: 0, count: 0) + firstRow * stride, runs: rows.steps, lines: rows.rows * stride / columnWidth,
      gap: (rows.distance - rows.rows) * stride)
  }
}
