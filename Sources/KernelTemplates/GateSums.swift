extension CellStep {
  /// The sums x W + h′ U + b of one block, in the gate array. `factor` is h′, or what the cell puts in its place.
  @inlinable @inline(__always)
  func computeGateSums<V: FloatVector>(
    _: V.Type, _ group: GateGroup, factor: FloatPointer, block: Int, _ multiplyBlock: BlockKernel
  ) {
    let sums = group.gates + group.offset(of: block, row: gateRow)
    let bias = group.bias + group.blocks.offset(of: block, rows: 1)
    addRecurrentProduct(group, factor: factor, start: .bias(bias), block: block, to: sums, multiplyBlock)
    addInputProduct(V.self, group, block: block, to: sums, multiplyBlock)
  }

  /// sums = start + h′ U, for one block of U.
  @inlinable @inline(__always)
  func addRecurrentProduct(
    _ group: GateGroup, factor: FloatPointer, start: ProductStart, block: Int, to sums: MutableFloatPointer,
    _ multiplyBlock: BlockKernel
  ) {
    let width = group.recurrentBlocks.width(of: block)
    multiplyBlock(
      BlockProduct(
        rows: rows, columns: width / columnWidth, start: start,
        left: BlockedRows(oneBlock: factor, columns: hiddenSize, rowStride: stateStride),
        right: group.recurrentWeights + group.recurrentBlocks.offset(of: block, rows: hiddenSize), rightStride: width,
        result: sums, resultStride: group.blocks.width(of: block)))
  }

  /// Adds x W, for one block of W. Where x is a character, that is a row of W, looked up and not multiplied.
  @inlinable @inline(__always)
  func addInputProduct<V: FloatVector>(
    _: V.Type, _ group: GateGroup, block: Int, to sums: MutableFloatPointer, _ multiplyBlock: BlockKernel
  ) {
    let width = group.inputBlocks.width(of: block)
    let weights = group.inputWeights + group.inputBlocks.offset(of: block, rows: inputSize)
    guard let characters else {
      multiplyBlock(
        BlockProduct(
          rows: rows, columns: width / columnWidth, start: .result,
          left: BlockedRows(oneBlock: input, columns: inputSize, rowStride: stateStride),
          right: weights, rightStride: width, result: sums, resultStride: group.blocks.width(of: block)))
      return
    }
    var sumsOfRow = sums
    var row = 0
    while row < rows {
      let weightsOfCharacter = weights + Int(truncatingIfNeeded: characters[row]) &* width
      var i = 0
      while i < width {
        (V(at: FloatPointer(sumsOfRow) + i) + V(at: weightsOfCharacter + i)).store(sumsOfRow + i)
        i &+= V.lanes
      }
      sumsOfRow += group.blocks.width(of: block)
      row &+= 1
    }
  }
}
