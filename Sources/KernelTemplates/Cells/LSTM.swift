// Long short-term memory, with a = [x, h′]W + b for each gate:
//
//   i, f, o = σ(a)    g = tanh(a)
//   c = f∘c′ + i∘g    h = o∘tanh(c)
//
// The LSTM form defines f, and whether gates have peephole connections to c (see Peephole.swift).

public import CPUIntrinsics

/// Computes the recurrent product, the gates and the state of one time step.
///
/// - Parameter normalizesState: Whether to leave out h, which ``normalizedLSTMOutput(_:_:_:)`` then computes.
@inlinable @inline(__always)
public func lstmForward<V: FloatVector, Form: LSTMForm>(
  _: V.Type, _: Form.Type, _ step: CellStep, _ multiplyBlock: BlockKernel, normalizesState: Bool = false
) {
  let group = step.firstGroup
  step.forEachUnitVector(V.self, of: group, .forward) { block in
    step.addRecurrentProduct(group, factor: step.previousHidden, block: block, multiplyBlock)
  } prefetch: { ahead in
    prefetch_for_writing(step.cell + ahead.state)
    prefetch_for_writing(step.hidden + ahead.state)
  } _: { here in
    let gates = group.gates + here.gate
    let previousCell = V(at: step.previousCell + here.state)
    let inputSum = Form.sum(V(at: gates), seeing: previousCell, through: step.peepholes.input, here)
    let i: V
    let f: V
    if Form.hasForgetGate {
      let forgetSum = Form.sum(
        V(at: gates + here.gateStride), seeing: previousCell, through: step.peepholes.forget, here)
      let gate: V
      (i, gate) = sigmoids(inputSum, forgetSum)
      gate.store(gates + here.gateStride)
      f = Form.forget(i, gate: gate)
    } else {
      i = sigmoid(inputSum)
      f = Form.forget(i, gate: i)
    }
    let g = hyperbolicTangent(V(at: gates + Form.candidate &* here.gateStride))
    let c = (f * previousCell).adding(i, times: g)
    let outputSum = V(at: gates + Form.output &* here.gateStride)
    let o = sigmoid(Form.sum(outputSum, seeing: c, through: step.peepholes.output, here))
    i.store(gates)
    g.store(gates + Form.candidate &* here.gateStride)
    o.store(gates + Form.output &* here.gateStride)
    c.store(step.cell + here.state)
  } afterwards: { here in
    if normalizesState { return }
    let o = V(at: group.gates + here.gate + Form.output &* here.gateStride)
    (o * hyperbolicTangent(V(at: FloatPointer(step.cell) + here.state))).store(step.hidden + here.state)
  }
}

/// Overwrites the gates with the gradients of their pre-activations a, and ∂L/∂c with ∂L/∂c′. All of ∂L/∂h′ flows
/// through the gates. σ′ = σ(1 − σ) and tanh′ = 1 − tanh².
/// - Parameter normalizesState: ∂L/∂c already includes the part from h; see ``normalizedLSTMOutputGradients(_:_:_:)``.
@inlinable @inline(__always)
public func lstmBackward<V: FloatVector, Form: LSTMForm>(
  _: V.Type, _: Form.Type, _ step: CellStep, normalizesState: Bool = false
) {
  let group = step.firstGroup
  let one = V(repeating: 1)
  step.forEachUnitVector(V.self, of: group, .backward) { ahead in
    step.prefetchBackward(group, ahead)
  } _: { here in
    let gates = group.gates + here.gate
    let i = V(at: gates)
    let f = Form.forget(i, gate: Form.hasForgetGate ? V(at: gates + here.gateStride) : i)
    let g = V(at: gates + Form.candidate &* here.gateStride)
    let o = V(at: gates + Form.output &* here.gateStride)
    let previousCell = V(at: step.previousCell + here.state)
    let tanhC = V(at: FloatPointer(step.hidden) + here.state) / o  // h = o∘tanh(c), and σ is never zero
    let dh = V(at: step.outputGradient + here.state) + V(at: step.hiddenGradient + here.state)
    let later = V(at: step.cellGradient + here.state)  // c affects the loss through the next step, too.
    var dc = normalizesState ? later : later.adding(dh * o, times: one - tanhC * tanhC)
    let dOutput = dh * tanhC * o * (one - o)
    dOutput.store(gates + Form.output &* here.gateStride)
    if Form.hasPeepholes {
      dc = step.peepholes.output.back(dOutput, from: V(at: FloatPointer(step.cell) + here.state), to: dc, here)
    }
    let dInput = dc * Form.inputSlope(g, previousCell: previousCell) * i * (one - i)
    dInput.store(gates)
    (dc * i * (one - g * g)).store(gates + Form.candidate &* here.gateStride)
    var dPreviousCell = dc * f
    if Form.hasPeepholes {
      dPreviousCell = step.peepholes.input.back(dInput, from: previousCell, to: dPreviousCell, here)
    }
    if Form.hasForgetGate {
      let dForget = dc * previousCell * f * (one - f)
      dForget.store(gates + here.gateStride)
      if Form.hasPeepholes {
        dPreviousCell = step.peepholes.forget.back(dForget, from: previousCell, to: dPreviousCell, here)
      }
    }
    dPreviousCell.store(step.cellGradient + here.state)
  }
}

extension CellStep {
  @inlinable @inline(__always)
  func prefetchBackward(_ group: GateGroup, _ ahead: UnitVector) {
    group.prefetchGates(ahead)
    prefetch_to_second_level(previousCell + ahead.state)
    prefetch_to_second_level(hidden + ahead.state)
    prefetch_to_second_level(outputGradient + ahead.state)
  }
}
