// The plain recurrent network: h = tanh([x, h′]W + b)

/// Product, activation and state of one time step in one pass.
@inlinable @inline(__always)
public func rnnForward<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let blocks = step.firstGroup.blocks
  forEachTile(blocks, in: 0..<blocks.count, rows: step.rows, RNNForwardTile<V>(step: step))
}

@usableFromInline
struct RNNForwardTile<V: FloatVector>: TileBody {
  @usableFromInline typealias Vector = V
  @usableFromInline let step: CellStep
  @inlinable init(step: CellStep) { self.step = step }
  @inlinable static var gates: Int { 1 }

  @inlinable @inline(__always)
  func callAsFunction<let height: Int, let columns: Int>(
    _: Constant<height>.Type, _: Constant<columns>.Type, block: Int, row: Int, part: Int
  ) {
    let group = step.firstGroup
    var a = Tile<V, height, columns>(repeatingRow: group.bias + group.blocks.offset(of: block, rows: 1) + part)
    a.addRecurrentProduct(step, group, factor: step.previousHidden, block: block, row: row, part: part)
    a.addInputProduct(step, group, block: block, row: row, part: part)

    let width = columns &* columnWidth
    var gates = group.gates + group.blocks.offset(of: block, rows: group.gateRows)
    gates += (step.gateRow &+ row) &* width &+ part
    var state = row &* step.stateStride &+ block &* group.blocks.fullWidth &+ part
    var n = 0
    while n < height {
      var j = 0
      while j < columns {
        let h = hyperbolicTangent(a[n, j])
        h.store(gates + j &* columnWidth)
        h.store(step.hidden + state + j &* columnWidth)
        j &+= 1
      }
      gates += width
      state &+= step.stateStride
      n &+= 1
    }
  }
}

/// The gradient of [x, h′]W + b, in place of the activation.
@inlinable @inline(__always)
public func rnnBackward<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let one = V(repeating: 1)
  forEachUnitVector(V.self, step, step.firstGroup) { gate, _, state in
    let h = V(at: step.firstGroup.gates + gate)
    let dh = V(at: step.outputGradient + state) + V(at: step.hiddenGradient + state)
    (dh * (one - h * h)).store(step.firstGroup.gates + gate)
    V(repeating: 0).store(step.hiddenGradient + state)
  }
}
