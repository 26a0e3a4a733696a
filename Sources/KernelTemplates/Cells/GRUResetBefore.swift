// GRU with the reset gate applied before the recurrent product (Cho et al. 2014):
//
//   z, r = σ([x, h′]W + b)
//   ĥ = tanh([x, r∘h′]W + b)
//   h = (1−z)∘h′ + z∘ĥ
//
// The candidate ĥ of one unit needs r of all units, so a step takes two kernels: the first group holds z and r, the
// second ĥ.

public import CPUIntrinsics

/// Computes z, r and r∘h′.
@inlinable @inline(__always)
public func gruResetBeforeForwardGates<V: FloatVector>(_: V.Type, _ step: CellStep, _ multiplyBlock: BlockKernel) {
  let group = step.firstGroup
  step.forEachUnitVector(V.self, of: group, .forward) { block in
    step.addRecurrentProduct(group, factor: step.previousHidden, block: block, multiplyBlock)
  } prefetch: { ahead in
    prefetch_for_writing(step.resetHidden + ahead.state)
  } _: { here in
    let gates = group.gates + here.gate
    let (z, r) = sigmoids(V(at: gates), V(at: gates + here.gateStride))
    z.store(gates)
    r.store(gates + here.gateStride)
    (r * V(at: step.previousHidden + here.state)).store(step.resetHidden + here.state)
  }
}

/// Computes ĥ and h.
@inlinable @inline(__always)
public func gruResetBeforeForwardCandidate<V: FloatVector>(_: V.Type, _ step: CellStep, _ multiplyBlock: BlockKernel) {
  forwardCandidate(V.self, step, multiplyBlock) { here in step.updateGate(here) }
}

/// Computes ĥ from r∘h′, and h from the update gate.
///
/// - Parameter updateGate: The offset of the update gate in the gate array of the first group.
@inlinable @inline(__always)
func forwardCandidate<V: FloatVector>(
  _: V.Type, _ step: CellStep, _ multiplyBlock: BlockKernel, updateGate: (UnitVector) -> Int
) {
  let group = step.secondGroup
  step.forEachUnitVector(V.self, of: group, .forward) { block in
    step.addRecurrentProduct(group, factor: FloatPointer(step.resetHidden), block: block, multiplyBlock)
  } prefetch: { ahead in
    prefetch_for_writing(step.hidden + ahead.state)
  } _: { here in
    let z = V(at: step.firstGroup.gates + updateGate(here))
    let previous = V(at: step.previousHidden + here.state)
    let candidate = hyperbolicTangent(V(at: group.gates + here.gate))
    candidate.store(group.gates + here.gate)
    // (1−z)∘h′ + z∘ĥ with one rounding less
    previous.adding(z, times: candidate - previous).store(step.hidden + here.state)
  }
}

extension CellStep {
  /// Returns the offset of z of some units in the gate array of the first group.
  @inlinable @inline(__always)
  func updateGate(_ here: UnitVector) -> Int {
    // A block holds both gates of 32 units.
    let unitOfBlock = here.unit & 31
    return firstGroup.offset(of: here.unit &>> 5, row: gateRow &+ here.row) &+ unitOfBlock
  }
}

/// Runs the first half of the backward step: overwrites ĥ and z with the gradients of their pre-activations, and ∂L/∂h
/// with dh∘(1−z), the part of ∂L/∂h′ that bypasses the gates.
@inlinable @inline(__always)
public func gruResetBeforeBackwardCandidate<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let group = step.secondGroup
  let one = V(repeating: 1)
  step.forEachUnitVector(V.self, of: group, .backward) { ahead in
    group.prefetchGates(ahead)
    prefetch_to_second_level(step.firstGroup.gates + step.updateGate(ahead))
    prefetch_to_second_level(step.previousHidden + ahead.state)
    prefetch_to_second_level(step.outputGradient + ahead.state)
  } _: { here in
    let updateGate = step.firstGroup.gates + step.updateGate(here)
    let z = V(at: updateGate)
    let candidate = V(at: group.gates + here.gate)
    let previous = V(at: step.previousHidden + here.state)
    let dh = V(at: step.outputGradient + here.state) + V(at: step.hiddenGradient + here.state)
    (dh * z * (one - candidate * candidate)).store(group.gates + here.gate)
    (dh * (candidate - previous) * z * (one - z)).store(updateGate)
    (dh * (one - z)).store(step.hiddenGradient + here.state)
  }
}

/// Runs the second half of the backward step, once ∂L/∂(r∘h′) is known: overwrites r with the gradient of its
/// pre-activation, and adds ∂L/∂(r∘h′)∘r to ∂L/∂h′.
@inlinable @inline(__always)
public func gruResetBeforeBackwardGates<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let group = step.firstGroup
  let one = V(repeating: 1)
  step.forEachUnitVector(V.self, of: group, .backward) { ahead in
    prefetch_for_writing(group.gates + ahead.gate + ahead.gateStride)
  } _: { here in
    let resetGate = group.gates + here.gate + here.gateStride
    let r = V(at: resetGate)
    let dResetHidden = V(at: step.resetHiddenGradient + here.state)
    (dResetHidden * V(at: step.previousHidden + here.state) * r * (one - r)).store(resetGate)
    V(at: step.hiddenGradient + here.state).adding(dResetHidden, times: r).store(step.hiddenGradient + here.state)
  }
}
