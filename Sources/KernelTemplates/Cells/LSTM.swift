// Long short-term memory, with a = [x, h′]W + b for each gate:
//
//   i, f, o = σ(a)    g = tanh(a)
//   c = f∘c′ + i∘g    h = o∘tanh(c)
//
// The gates stand in the order i, f, g, o.

/// Product, gates and state of one time step in one pass.
@inlinable @inline(__always)
public func lstmForward<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let blocks = step.firstGroup.blocks
  forEachTile(blocks, in: 0..<blocks.count, rows: step.rows, LSTMForwardTile<V>(step: step))
}

@usableFromInline
struct LSTMForwardTile<V: FloatVector>: TileBody {
  @usableFromInline typealias Vector = V
  @usableFromInline let step: CellStep
  @inlinable init(step: CellStep) { self.step = step }
  @inlinable static var gates: Int { 4 }

  @inlinable @inline(__always)
  func callAsFunction<let height: Int, let columns: Int>(
    _: Constant<height>.Type, _: Constant<columns>.Type, block: Int, row: Int, part: Int
  ) {
    let group = step.firstGroup
    var a = Tile<V, height, 4>(repeatingRow: group.bias + group.blocks.offset(of: block, rows: 1) + part)
    a.addRecurrentProduct(step, group, factor: step.previousHidden, block: block, row: row, part: part)
    a.addInputProduct(step, group, block: block, row: row, part: part)

    var gates = group.gates + group.blocks.offset(of: block, rows: group.gateRows)
    gates += (step.gateRow &+ row) &* group.blocks.fullWidth &+ part
    var state = row &* step.stateStride &+ block &* columnWidth &+ part
    var n = 0
    while n < height {
      let i = sigmoid(a[n, 0])
      let f = sigmoid(a[n, 1])
      let g = hyperbolicTangent(a[n, 2])
      let o = sigmoid(a[n, 3])
      let c = (f * V(at: step.previousCell + state)).adding(i, times: g)
      let h = o * hyperbolicTangent(c)
      i.store(gates)
      f.store(gates + columnWidth)
      g.store(gates + 2 &* columnWidth)
      o.store(gates + 3 &* columnWidth)
      c.store(step.cell + state)
      h.store(step.hidden + state)
      gates += group.blocks.fullWidth
      state &+= step.stateStride
      n &+= 1
    }
  }
}

/// The gradients of a, in place of the gates, and ∂L/∂c′ in place of ∂L/∂c.
@inlinable @inline(__always)
public func lstmBackward<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let one = V(repeating: 1)
  forEachUnitVector(V.self, step, step.firstGroup) { gate, gateStride, state in
    let gates = step.firstGroup.gates + gate
    let i = V(at: gates)
    let f = V(at: gates + gateStride)
    let g = V(at: gates + 2 &* gateStride)
    let o = V(at: gates + 3 &* gateStride)
    let previousCell = V(at: step.previousCell + state)
    let tanhC = hyperbolicTangent(V(at: step.cell + state))
    let dh = V(at: step.outputGradient + state) + V(at: step.hiddenGradient + state)
    // h = o∘tanh(c), and c reaches the next step as well
    let dc = V(at: step.cellGradient + state).adding(dh * o, times: one - tanhC * tanhC)
    // c = f∘c′ + i∘g, σ′ = σ(1 − σ), tanh′ = 1 − tanh²
    (dc * g * i * (one - i)).store(gates)
    (dc * previousCell * f * (one - f)).store(gates + gateStride)
    (dc * i * (one - g * g)).store(gates + 2 &* gateStride)
    (dh * tanhC * o * (one - o)).store(gates + 3 &* gateStride)
    (dc * f).store(step.cellGradient + state)
    V(repeating: 0).store(step.hiddenGradient + state)
  }
}
