// Plain recurrent network: h = φ([x, h′]W + b), where φ is tanh or another activation

public import CPUIntrinsics

/// Computes the recurrent product, the activation and the state of one time step.
@inlinable @inline(__always)
public func rnnForward<V: FloatVector, Function: Activation>(
  _: V.Type, _: Function.Type, _ step: CellStep, _ multiplyBlock: BlockKernel
) {
  let group = step.firstGroup
  step.forEachUnitVector(V.self, of: group, .forward) { block in
    step.addRecurrentProduct(group, factor: step.previousHidden, block: block, multiplyBlock)
  } prefetch: { ahead in
    prefetch_for_writing(step.hidden + ahead.state)
  } _: { here in
    let h = Function.value(V(at: group.gates + here.gate))
    h.store(group.gates + here.gate)
    h.store(step.hidden + here.state)
  }
}

/// Overwrites the activation with the gradient of the pre-activation [x, h′]W + b. All of ∂L/∂h′ flows through it.
@inlinable @inline(__always)
public func rnnBackward<V: FloatVector, Function: Activation>(_: V.Type, _: Function.Type, _ step: CellStep) {
  let group = step.firstGroup
  step.forEachUnitVector(V.self, of: group, .backward) { ahead in
    group.prefetchGates(ahead)
    prefetch_to_second_level(step.outputGradient + ahead.state)
  } _: { here in
    let h = V(at: group.gates + here.gate)
    let dh = V(at: step.outputGradient + here.state) + V(at: step.hiddenGradient + here.state)
    Function.back(dh, at: h).store(group.gates + here.gate)
  }
}
