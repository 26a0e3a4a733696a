// Minimal gated unit (Zhou et al. 2016), with one gate where the GRU has two:
//
//   f = σ([x, h′]W + b)
//   ĥ = tanh([x, f∘h′]W + b)
//   h = (1−f)∘h′ + f∘ĥ
//
// The candidate ĥ of one unit needs f of all units, so a step takes two kernels. The first group holds f, the second ĥ;
// with one gate each they have the same blocks, and `here.gate` is an offset in both.

public import CPUIntrinsics

/// f and f∘h′
@inlinable @inline(__always)
public func mguForwardGate<V: FloatVector>(_: V.Type, _ step: CellStep, _ multiplyBlock: BlockKernel) {
  let group = step.firstGroup
  step.forEachUnitVector(V.self, of: group, .forward) { block in
    step.addRecurrentProduct(group, factor: step.previousHidden, block: block, multiplyBlock)
  } prefetch: { ahead in
    prefetch_for_writing(step.resetHidden + ahead.state)
  } _: { here in
    let f = sigmoid(V(at: group.gates + here.gate))
    f.store(group.gates + here.gate)
    (f * V(at: step.previousHidden + here.state)).store(step.resetHidden + here.state)
  }
}

/// ĥ and h
@inlinable @inline(__always)
public func mguForwardCandidate<V: FloatVector>(_: V.Type, _ step: CellStep, _ multiplyBlock: BlockKernel) {
  forwardCandidate(V.self, step, multiplyBlock) { here in here.gate }
}

/// First half of the backward step: the gradient of ĥ's pre-activation in place of ĥ, and dh with both of its terms.
@inlinable @inline(__always)
public func mguBackwardCandidate<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let group = step.secondGroup
  let one = V(repeating: 1)
  step.forEachUnitVector(V.self, of: group, .backward) { ahead in
    prefetch_for_writing(group.gates + ahead.gate)
    prefetch_to_second_level(step.firstGroup.gates + ahead.gate)
    prefetch_to_second_level(step.outputGradient + ahead.state)
  } _: { here in
    let f = V(at: step.firstGroup.gates + here.gate)
    let candidate = V(at: group.gates + here.gate)
    let dh = V(at: step.outputGradient + here.state) + V(at: step.hiddenGradient + here.state)
    (dh * f * (one - candidate * candidate)).store(group.gates + here.gate)
    dh.store(step.hiddenGradient + here.state)
  }
}

/// Second half, when ∂L/∂(f∘h′) is known: the gradient of f's pre-activation in place of f, and the terms of ∂L/∂h′ that
/// do not pass through that pre-activation.
///
/// f reaches the loss through h and through f∘h′: ∂L/∂f = dh∘(ĥ−h′) + ∂L/∂(f∘h′)∘h′. ĥ is overwritten by now, but
/// f∘(ĥ−h′) is h−h′, so the product with the derivative f∘(1−f) needs neither ĥ nor a division.
@inlinable @inline(__always)
public func mguBackwardGate<V: FloatVector>(_: V.Type, _ step: CellStep) {
  let group = step.firstGroup
  let one = V(repeating: 1)
  step.forEachUnitVector(V.self, of: group, .backward) { ahead in
    prefetch_for_writing(group.gates + ahead.gate)
    prefetch_to_second_level(step.resetHidden + ahead.state)
    prefetch_to_second_level(step.previousHidden + ahead.state)
  } _: { here in
    let f = V(at: group.gates + here.gate)
    let dh = V(at: step.hiddenGradient + here.state)
    let dResetHidden = V(at: step.resetHiddenGradient + here.state)
    let change = V(at: step.hidden + here.state) - V(at: step.previousHidden + here.state)
    let df = (dh * change).adding(dResetHidden, times: V(at: step.resetHidden + here.state))
    (df * (one - f)).store(group.gates + here.gate)
    (dh * (one - f)).adding(dResetHidden, times: f).store(step.hiddenGradient + here.state)
  }
}
