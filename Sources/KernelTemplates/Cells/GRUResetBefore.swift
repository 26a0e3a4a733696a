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
public func gruResetBeforeForwardGates<V: FloatVector>(_: V.Type, _ step: CellStep, _ multiplyBlock: BlockKernel) {
  let group = step.firstGroup
  let multiply = { step.addRecurrentProduct(group, factor: step.previousHidden, block: $0, multiplyBlock) }
  forEachUnitVector(V.self, step, group, beforeBlock: multiply) { gate, gateStride, state in
    let gates = group.gates + gate
    let z = sigmoid(V(at: gates))
    let r = sigmoid(V(at: gates + gateStride))
    z.store(gates)
    r.store(gates + gateStride)
    (r * V(at: step.previousHidden + state)).store(step.resetHidden + state)
  }
}

/// ĥ and h
@inlinable @inline(__always)
public func gruResetBeforeForwardCandidate<V: FloatVector>(_: V.Type, _ step: CellStep, _ multiplyBlock: BlockKernel) {
  let group = step.secondGroup
  let multiply = {
    step.addRecurrentProduct(group, factor: FloatPointer(step.resetHidden), block: $0, multiplyBlock)
  }
  forEachUnitVector(V.self, step, group, beforeBlock: multiply) { gate, _, state in
    let row = state / step.stateStride
    let z = V(at: step.firstGroup.gates + step.updateGateOffset(row: row, unit: state &- row &* step.stateStride))
    let previous = V(at: step.previousHidden + state)
    let candidate = hyperbolicTangent(V(at: group.gates + gate))
    candidate.store(group.gates + gate)
    // (1−z)∘h′ + z∘ĥ with one rounding less
    previous.adding(z, times: candidate - previous).store(step.hidden + state)
  }
}

extension CellStep {
  /// Where z of some units stands in the gate array of the first group.
  @inlinable @inline(__always)
  func updateGateOffset(row: Int, unit: Int) -> Int {
    let unitsOfBlock = firstGroup.blocks.unitColumns &* columnWidth
    let block = unit / unitsOfBlock
    return firstGroup.offset(of: block, row: gateRow &+ row) &+ unit &- block &* unitsOfBlock
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
