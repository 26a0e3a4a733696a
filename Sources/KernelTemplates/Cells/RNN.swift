// The plain recurrent network: h = tanh([x, h′]W + b)

/// Product, activation and state of one time step.
@inlinable @inline(__always)
public func rnnForward<V: FloatVector>(_: V.Type, _ step: CellStep, _ multiplyBlock: BlockKernel) {
  let group = step.firstGroup
  let multiply = { step.addRecurrentProduct(group, factor: step.previousHidden, block: $0, multiplyBlock) }
  forEachUnitVector(V.self, step, group, beforeBlock: multiply) { gate, _, state in
    let h = hyperbolicTangent(V(at: group.gates + gate))
    h.store(group.gates + gate)
    h.store(step.hidden + state)
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
