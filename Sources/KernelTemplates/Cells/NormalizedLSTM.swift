// Layer normalization of the LSTM's cell state, besides that of its pre-activations: h = o∘tanh(g∘N(c) + b). The state
// c itself is carried from step to step without normalization.

/// The normalized cell state of one layer.
public struct NormalizedCellState: @unchecked Sendable {
  public var gain: FloatPointer  // (unit)
  public var bias: FloatPointer  // (unit)
  /// N(c), later overwritten with the part of ∂L/∂c that comes from h. (step and row, unit), rows as in the states
  public var normalized: MutableFloatPointer
  /// 1 / √(σ² + ε) (step and row)
  public var scales: MutableFloatPointer
  /// Contributions of each batch row to ∂L/∂g and ∂L/∂b, over all steps so far. (row, unit), rows as in the states
  public var gainGradient: MutableFloatPointer
  public var biasGradient: MutableFloatPointer

  public init(
    gain: FloatPointer, bias: FloatPointer, normalized: MutableFloatPointer, scales: MutableFloatPointer,
    gainGradient: MutableFloatPointer, biasGradient: MutableFloatPointer
  ) {
    self.gain = gain
    self.bias = bias
    self.normalized = normalized
    self.scales = scales
    self.gainGradient = gainGradient
    self.biasGradient = biasGradient
  }
}

/// Computes h from the gates and c.
@inlinable @inline(__always)
public func normalizedLSTMOutput<V: FloatVector>(_: V.Type, _ step: CellStep, _ state: NormalizedCellState) {
  let group = step.firstGroup
  let normalized = state.normalized + step.gateRow &* step.stateStride
  let rows = step.stateRows(normalized)
  step.forEachUnitVector(V.self) { here in
    V(at: FloatPointer(step.cell) + here.state).store(normalized + here.state)
  }
  var row = 0
  while row < step.rows {
    state.scales[step.gateRow &+ row] = rows.normalize(V.self, row: row, count: step.hiddenSize)
    row &+= 1
  }
  step.forEachUnitVector(V.self) { here in
    let o = V(at: group.gates + step.outputGate(here))
    let n = V(at: FloatPointer(normalized) + here.state)
    let scaled = V(at: state.bias + here.unit).adding(V(at: state.gain + here.unit), times: n)
    (o * hyperbolicTangent(scaled)).store(step.hidden + here.state)
  }
}

/// Adds the gradient that reaches c through h to ∂L/∂c.
@inlinable @inline(__always)
public func normalizedLSTMOutputGradients<V: FloatVector>(_: V.Type, _ step: CellStep, _ state: NormalizedCellState) {
  let group = step.firstGroup
  let one = V(repeating: 1)
  // ∂L/∂(g∘N(c) + b), in the buffer that the GRU uses for ∂L/∂(r∘h′).
  let delta = step.resetHiddenGradient
  step.forEachUnitVector(V.self) { here in
    let o = V(at: group.gates + step.outputGate(here))
    let tangent = V(at: FloatPointer(step.hidden) + here.state) / o
    let dh = V(at: step.outputGradient + here.state) + V(at: step.hiddenGradient + here.state)
    let d = dh * o * (one - tangent * tangent)
    d.store(delta + here.state)
    (V(at: FloatPointer(state.biasGradient) + here.state) + d).store(state.biasGradient + here.state)
  }
  let normalized = state.normalized + step.gateRow &* step.stateStride
  let rows = step.stateRows(normalized)
  var row = 0
  while row < step.rows {
    rows.takeNormalizationBack(
      V.self, row: row, count: step.hiddenSize, scale: state.scales[step.gateRow &+ row],
      gradient: step.stateRows(delta), gain: step.stateRows(MutableFloatPointer(mutating: state.gain)),
      gainGradient: step.stateRows(state.gainGradient))
    row &+= 1
  }
  step.forEachUnitVector(V.self) { here in
    let gradient = step.cellGradient + here.state
    (V(at: FloatPointer(gradient)) + V(at: FloatPointer(normalized) + here.state)).store(gradient)
  }
}

extension CellStep {
  /// Returns the offset of o in the gate array: o is the last gate in every form of the LSTM.
  @inlinable @inline(__always)
  func outputGate(_ here: UnitVector) -> Int { here.gate &+ (firstGroup.blocks.gates &- 1) &* here.gateStride }

  @inlinable @inline(__always)
  func forEachUnitVector<V: FloatVector>(_: V.Type, _ body: (UnitVector) -> Void) {
    forEachUnitVector(V.self, of: firstGroup, .forward, prefetch: { _ in }, body)
  }

  /// Returns a state array as rows of whole vectors of units.
  @inlinable @inline(__always)
  func stateRows(_ pointer: MutableFloatPointer) -> BlockedRows {
    BlockedRows(
      rowMajor: pointer, columns: (hiddenSize &+ columnWidth &- 1) / columnWidth &* columnWidth, rowStride: stateStride)
  }
}
