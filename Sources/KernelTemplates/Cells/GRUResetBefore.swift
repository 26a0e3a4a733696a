// Gated recurrent unit that resets before the product (Cho et al. 2014):
//
//   z, r = σ([x, h′]W + b)
//   ĥ = tanh([x, r∘h′]W + b)
//   h = (1−z)∘h′ + z∘ĥ
//
// The candidate ĥ of one unit needs r of all units, so a step takes two kernels: the first group holds z and r, the
// second ĥ.

/// z, r and r∘h′
@inlinable @inline(__always)
public func gruResetBeforeForwardGates<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let blocks = step.firstGroup.blocks
  forEachTile(blocks, in: 0..<blocks.count, rows: step.rows, GRUResetBeforeGatesTile<V>(step: step))
}

/// ĥ and h
@inlinable @inline(__always)
public func gruResetBeforeForwardCandidate<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let blocks = step.secondGroup.blocks
  forEachTile(blocks, in: 0..<blocks.count, rows: step.rows, GRUResetBeforeCandidateTile<V>(step: step))
}

@usableFromInline
struct GRUResetBeforeGatesTile<V: FloatVector>: TileBody {
  @usableFromInline typealias Vector = V
  @usableFromInline let step: CellStep
  @inlinable init(step: CellStep) { self.step = step }
  @inlinable static var gates: Int { 2 }

  @inlinable @inline(__always)
  func callAsFunction<let height: Int, let columns: Int>(
    _: Constant<height>.Type, _: Constant<columns>.Type, block: Int, row: Int, part: Int
  ) {
    let group = step.firstGroup
    var a = Tile<V, height, columns>(repeatingRow: group.bias + group.blocks.offset(of: block, rows: 1) + part)
    a.addRecurrentProduct(step, group, factor: step.previousHidden, block: block, row: row, part: part)
    a.addInputProduct(step, group, block: block, row: row, part: part)

    let unitColumns = columns / 2
    let gateStride = unitColumns &* columnWidth
    var gates = group.gates + group.blocks.offset(of: block, rows: group.gateRows)
    gates += (step.gateRow &+ row) &* columns &* columnWidth &+ part
    var state = row &* step.stateStride &+ block &* group.blocks.unitColumns &* columnWidth &+ part
    var n = 0
    while n < height {
      var j = 0
      while j < unitColumns {
        let unit = j &* columnWidth
        let z = sigmoid(a[n, j])
        let r = sigmoid(a[n, unitColumns &+ j])
        z.store(gates + unit)
        r.store(gates + gateStride + unit)
        (r * V(at: step.previousHidden + state + unit)).store(step.resetHidden + state + unit)
        j &+= 1
      }
      gates += columns &* columnWidth
      state &+= step.stateStride
      n &+= 1
    }
  }
}

@usableFromInline
struct GRUResetBeforeCandidateTile<V: FloatVector>: TileBody {
  @usableFromInline typealias Vector = V
  @usableFromInline let step: CellStep
  @inlinable init(step: CellStep) { self.step = step }
  @inlinable static var gates: Int { 1 }

  @inlinable @inline(__always)
  func callAsFunction<let height: Int, let columns: Int>(
    _: Constant<height>.Type, _: Constant<columns>.Type, block: Int, row: Int, part: Int
  ) {
    let group = step.secondGroup
    var a = Tile<V, height, columns>(repeatingRow: group.bias + group.blocks.offset(of: block, rows: 1) + part)
    a.addRecurrentProduct(
      step, group, factor: FloatPointer(step.resetHidden), block: block, row: row, part: part)
    a.addInputProduct(step, group, block: block, row: row, part: part)

    let width = columns &* columnWidth
    var candidates = group.gates + group.blocks.offset(of: block, rows: group.gateRows)
    candidates += (step.gateRow &+ row) &* width &+ part
    let firstColumn = block &* group.blocks.unitColumns
    var n = 0
    while n < height {
      var j = 0
      while j < columns {
        let column = firstColumn &+ j
        let state = (row &+ n) &* step.stateStride &+ column &* columnWidth &+ part
        let z = V(at: step.firstGroup.gates + step.updateGateOffset(row: row &+ n, column: column) + part)
        let previous = V(at: step.previousHidden + state)
        let candidate = hyperbolicTangent(a[n, j])
        candidate.store(candidates + j &* columnWidth)
        // (1−z)∘h′ + z∘ĥ with one rounding less
        previous.adding(z, times: candidate - previous).store(step.hidden + state)
        j &+= 1
      }
      candidates += width
      n &+= 1
    }
  }
}

extension CellStep {
  /// Where z of one column of units stands in the gate array of the first group.
  @inlinable @inline(__always)
  func updateGateOffset(row: Int, column: Int) -> Int {
    let blocks = firstGroup.blocks
    let block = column / blocks.unitColumns
    let columnOfBlock = column &- block &* blocks.unitColumns
    return blocks.offset(of: block, rows: firstGroup.gateRows) &+ (gateRow &+ row) &* blocks.width(of: block)
      &+ columnOfBlock &* columnWidth
  }
}

/// First half of the way back: the gradients of ĥ's and z's sums in their places; dh∘(1−z), which passes by the gates,
/// in place of dh.
@inlinable @inline(__always)
public func gruResetBeforeBackwardCandidate<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let one = V(repeating: 1)
  forEachUnitVector(V.self, step, step.firstGroup) { gate, _, state in
    let row = state / step.stateStride
    let unit = state &- row &* step.stateStride
    let candidates = step.secondGroup.gates + step.candidateOffset(row: row, unit: unit)
    let gates = step.firstGroup.gates + gate
    let z = V(at: gates)
    let candidate = V(at: candidates)
    let previous = V(at: step.previousHidden + state)
    let dh = V(at: step.outputGradient + state) + V(at: step.hiddenGradient + state)
    (dh * z * (one - candidate * candidate)).store(candidates)
    (dh * (candidate - previous) * z * (one - z)).store(gates)
    (dh * (one - z)).store(step.hiddenGradient + state)
  }
}

/// Second half, when ∂L/∂(r∘h′) is known: the gradient of r's sum in its place; r passes the rest to h′.
@inlinable @inline(__always)
public func gruResetBeforeBackwardGates<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let one = V(repeating: 1)
  forEachUnitVector(V.self, step, step.firstGroup) { gate, gateStride, state in
    let resetGate = step.firstGroup.gates + gate + gateStride
    let r = V(at: resetGate)
    let dResetHidden = V(at: step.resetHiddenGradient + state)
    (dResetHidden * V(at: step.previousHidden + state) * r * (one - r)).store(resetGate)
    V(at: step.hiddenGradient + state).adding(dResetHidden, times: r).store(step.hiddenGradient + state)
  }
}

extension CellStep {
  /// Where ĥ of some units stands in the gate array of the second group.
  @inlinable @inline(__always)
  func candidateOffset(row: Int, unit: Int) -> Int {
    let blocks = secondGroup.blocks
    let block = unit / blocks.fullWidth
    return blocks.offset(of: block, rows: secondGroup.gateRows) &+ (gateRow &+ row) &* blocks.width(of: block)
      &+ unit &- block &* blocks.fullWidth
  }
}
