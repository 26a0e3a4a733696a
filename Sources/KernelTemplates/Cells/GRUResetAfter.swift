// GRU with the reset gate applied after the recurrent product, the variant of cuDNN and PyTorch:
//
//   z, r = σ([x, h′]W + b)
//   q = h′U + b′
//   ĥ = tanh(xW + b + r∘q)
//   h = (1−z)∘h′ + z∘ĥ
//
// Gate order ĥ, z, r, q: gates with input weights (ĥ, z, r) and with recurrent weights (z, r, q) are adjacent.

public import CPUIntrinsics

/// Computes the recurrent product, the gates and the state of one time step.
@inlinable @inline(__always)
public func gruResetAfterForward<V: FloatVector>(_: V.Type, _ step: CellStep, _ multiplyBlock: BlockKernel) {
  let group = step.firstGroup
  step.forEachUnitVector(V.self, of: group, .forward) { block in
    step.addRecurrentProduct(group, factor: step.previousHidden, block: block, multiplyBlock)
  } prefetch: { ahead in
    prefetch_for_writing(step.hidden + ahead.state)
  } _: { here in
    let gates = group.gates + here.gate
    let (z, r) = sigmoids(V(at: gates + here.gateStride), V(at: gates + 2 &* here.gateStride))
    let q = V(at: gates + 3 &* here.gateStride)
    let candidate = hyperbolicTangent(V(at: gates).adding(r, times: q))
    let previous = V(at: step.previousHidden + here.state)
    // (1−z)∘h′ + z∘ĥ with one rounding less
    previous.adding(z, times: candidate - previous).store(step.hidden + here.state)
    candidate.store(gates)
    z.store(gates + here.gateStride)
    r.store(gates + 2 &* here.gateStride)
  }
}

/// Overwrites the gates with the gradients of the four pre-activations, and ∂L/∂h with dh∘(1−z), the part of ∂L/∂h′
/// that bypasses the gates.
@inlinable @inline(__always)
public func gruResetAfterBackward<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let group = step.firstGroup
  let one = V(repeating: 1)
  step.forEachUnitVector(V.self, of: group, .backward) { ahead in
    group.prefetchGates(ahead)
    prefetch_to_second_level(step.previousHidden + ahead.state)
    prefetch_to_second_level(step.outputGradient + ahead.state)
  } _: { here in
    let gates = group.gates + here.gate
    let candidate = V(at: gates)
    let z = V(at: gates + here.gateStride)
    let r = V(at: gates + 2 &* here.gateStride)
    let q = V(at: gates + 3 &* here.gateStride)
    let previous = V(at: step.previousHidden + here.state)
    let dh = V(at: step.outputGradient + here.state) + V(at: step.hiddenGradient + here.state)
    let dCandidate = dh * z * (one - candidate * candidate)
    dCandidate.store(gates)
    (dh * (candidate - previous) * z * (one - z)).store(gates + here.gateStride)
    (dCandidate * q * r * (one - r)).store(gates + 2 &* here.gateStride)
    (dCandidate * r).store(gates + 3 &* here.gateStride)
    (dh * (one - z)).store(step.hiddenGradient + here.state)
  }
}
