/// Computes result = start + x · W for one row x and weights in bfloat16: the same bits as with the weights widened to
/// floats.
///
/// - Parameters:
///   - left: One row.
///   - right: (block, term, column of the block)
///   - multiplyRow: ``multiplyRow(_:_:_:_:)`` for the vectors of the module.
@inlinable @inline(__always)
public func bfloat16Multiply(
  left: BlockedRows, right: UnsafePointer<UInt16>, rightBlocks: Blocks, terms: Int, start: ProductStart,
  result: BlockedRows, _ multiplyRow: (_ product: BlockProduct, _ right: UnsafePointer<UInt16>) -> Void
) {
  var block = 0
  while block < rightBlocks.count {
    let width = rightBlocks.width(of: block)
    var startOfBlock = start
    if case .bias(let bias) = start { startOfBlock = .bias(bias + rightBlocks.offset(of: block, rows: 1)) }
    multiplyRow(
      BlockProduct(
        rows: StepRows(1), columns: width / columnWidth, start: startOfBlock, left: left,
        right: FloatPointer(left.pointer), rightStride: width, result: result.start(of: block),
        resultStride: result.rowStride(of: block)),
      right + rightBlocks.offset(of: block, rows: terms))
    block &+= 1
  }
}
