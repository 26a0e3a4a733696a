// Long short-term memory, with a = [x, h′]W + b for each gate:
//
//   i, f, o = σ(a)    g = tanh(a)
//   c = f∘c′ + i∘g    h = o∘tanh(c)
//
// The gates stand in the order i, f, g, o.

/// Product, gates and state of one time step.
@inlinable @inline(__always)
public func lstmForward<V: FloatVector>(_: V.Type, _ step: CellStep, _ multiplyBlock: BlockKernel) {
  let group = step.firstGroup
  let multiply = { step.addRecurrentProduct(group, factor: step.previousHidden, block: $0, multiplyBlock) }
  forEachUnitVector(V.self, step, group, beforeBlock: multiply) { gate, gateStride, state in
    let gates = group.gates + gate
    let i = sigmoid(V(at: gates))
    let f = sigmoid(V(at: gates + gateStride))
    let g = hyperbolicTangent(V(at: gates + 2 &* gateStride))
    let o = sigmoid(V(at: gates + 3 &* gateStride))
    let c = (f * V(at: step.previousCell + state)).adding(i, times: g)
    let h = o * hyperbolicTangent(c)
    i.store(gates)
    f.store(gates + gateStride)
    g.store(gates + 2 &* gateStride)
    o.store(gates + 3 &* gateStride)
    c.store(step.cell + state)
    h.store(step.hidden + state)
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
