// Gated recurrent unit that resets after the product, the variant of cuDNN and PyTorch:
//
//   z, r = σ([x, h′]W + b)
//   q = h′U + b′
//   ĥ = tanh(xW + b + r∘q)
//   h = (1−z)∘h′ + z∘ĥ
//
// The gates stand in the order ĥ, z, r, q, so that those with input weights (ĥ, z, r) are side by side and so are those
// with recurrent weights (z, r, q).

/// Products, gates and state of one time step in one pass.
@inlinable @inline(__always)
public func gruResetAfterForward<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let blocks = step.firstGroup.blocks
  forEachTile(blocks, in: 0..<blocks.count, rows: step.rows, GRUResetAfterTile<V>(step: step))
}

@usableFromInline
struct GRUResetAfterTile<V: FloatVector>: TileBody {
  @usableFromInline typealias Vector = V
  @usableFromInline let step: CellStep
  @inlinable init(step: CellStep) { self.step = step }
  @inlinable static var gates: Int { 4 }

  @inlinable @inline(__always)
  func callAsFunction<let height: Int, let columns: Int>(
    _: Constant<height>.Type, _: Constant<columns>.Type, block: Int, row: Int, part: Int
  ) {
    let group = step.firstGroup
    let bias = group.bias + group.blocks.offset(of: block, rows: 1) + part
    // z, r and q over h′, then ĥ, z and r over x; z and r go on from the first sum.
    var recurrent = Tile<V, height, 3>(repeatingRow: bias + columnWidth)
    recurrent.addRecurrentProduct(step, group, factor: step.previousHidden, block: block, row: row, part: part)
    var a = Tile<V, height, 3>(repeatingRow: bias)
    var n = 0
    while n < height {
      a[n, 1] = recurrent[n, 0]
      a[n, 2] = recurrent[n, 1]
      n &+= 1
    }
    a.addInputProduct(step, group, block: block, row: row, part: part)

    var gates = group.gates + group.blocks.offset(of: block, rows: group.gateRows)
    gates += (step.gateRow &+ row) &* group.blocks.fullWidth &+ part
    var state = row &* step.stateStride &+ block &* columnWidth &+ part
    n = 0
    while n < height {
      let z = sigmoid(a[n, 1])
      let r = sigmoid(a[n, 2])
      let q = recurrent[n, 2]
      let candidate = hyperbolicTangent(a[n, 0].adding(r, times: q))
      let previous = V(at: step.previousHidden + state)
      // (1−z)∘h′ + z∘ĥ with one rounding less
      previous.adding(z, times: candidate - previous).store(step.hidden + state)
      candidate.store(gates)
      z.store(gates + columnWidth)
      r.store(gates + 2 &* columnWidth)
      q.store(gates + 3 &* columnWidth)
      gates += group.blocks.fullWidth
      state &+= step.stateStride
      n &+= 1
    }
  }
}

/// The gradients of the four sums, in place of the gates; dh∘(1−z), which passes by the gates, in place of dh.
@inlinable @inline(__always)
public func gruResetAfterBackward<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let one = V(repeating: 1)
  forEachUnitVector(V.self, step, step.firstGroup) { gate, gateStride, state in
    let gates = step.firstGroup.gates + gate
    let candidate = V(at: gates)
    let z = V(at: gates + gateStride)
    let r = V(at: gates + 2 &* gateStride)
    let q = V(at: gates + 3 &* gateStride)
    let previous = V(at: step.previousHidden + state)
    let dh = V(at: step.outputGradient + state) + V(at: step.hiddenGradient + state)
    let dCandidate = dh * z * (one - candidate * candidate)
    dCandidate.store(gates)
    (dh * (candidate - previous) * z * (one - z)).store(gates + gateStride)
    (dCandidate * q * r * (one - r)).store(gates + 2 &* gateStride)
    (dCandidate * r).store(gates + 3 &* gateStride)
    (dh * (one - z)).store(step.hiddenGradient + state)
  }
}
