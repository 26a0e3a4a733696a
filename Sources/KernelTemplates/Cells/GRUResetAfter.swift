// Gated recurrent unit that resets after the product, the variant of cuDNN and PyTorch:
//
//   z, r = σ([x, h′]W + b)
//   q = h′U + b′
//   ĥ = tanh(xW + b + r∘q)
//   h = (1−z)∘h′ + z∘ĥ
//
// The gates stand in the order ĥ, z, r, q, so that those with input weights (ĥ, z, r) are side by side and so are those
// with recurrent weights (z, r, q).

/// Products, gates and state of one time step.
@inlinable @inline(__always)
public func gruResetAfterForward<V: FloatVector>(_: V.Type, _ step: CellStep, _ multiplyBlock: BlockKernel) {
  let group = step.firstGroup
  let multiply = { step.addRecurrentProduct(group, factor: step.previousHidden, block: $0, multiplyBlock) }
  forEachUnitVector(V.self, step, group, beforeBlock: multiply) { gate, gateStride, state in
    let gates = group.gates + gate
    let z = sigmoid(V(at: gates + gateStride))
    let r = sigmoid(V(at: gates + 2 &* gateStride))
    let q = V(at: gates + 3 &* gateStride)
    let candidate = hyperbolicTangent(V(at: gates).adding(r, times: q))
    let previous = V(at: step.previousHidden + state)
    // (1−z)∘h′ + z∘ĥ with one rounding less
    previous.adding(z, times: candidate - previous).store(step.hidden + state)
    candidate.store(gates)
    z.store(gates + gateStride)
    r.store(gates + 2 &* gateStride)
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
