// Connections of a stacked layer to the layer below, elementwise. x is the output of the layer below, d the result of
// the layer itself after dropout, and y the output of the layer:
//
//   constant  y = βx + αd                               residual: α = β = 1; leaky: α = a, β = 1 − a
//   highway   y = (1−a)∘x + a∘d      a = σ(xA + b_A)    Srivastava et al. 2015
//   gated     y = b∘x + a∘d          b = σ(xB + b_B)
//
// The gates depend on no recurrent state, so their pre-activations are computed for many steps before a kernel begins.

/// One time step of one layer's connection for some rows of the batch: everything that its kernels read and write.
///
/// States are row-major, (row, unit), with rows `stateStride` floats apart; units beyond the hidden size are zero.
public struct ConnectionStep: @unchecked Sendable {
  /// Number of batch rows that this call computes.
  public var rows: Int
  public var stateStride: Int
  /// The factor β of x without gates; `addedShare` is the factor α of d.
  public var inputShare: Float = 1
  public var addedShare: Float = 1
  /// The partition of gates into blocks, or of units for connections without gates.
  public var blocks: Blocks
  /// The blocks that a forward step computes: all of them, or one thread's part.
  public var blockRange: Range<Int>
  /// Pre-activations, then the gates a and b, then gradients of pre-activations. (block, step and row, gate, unit)
  public var gates: MutableFloatPointer
  /// Number of rows of `gates` over all steps.
  public var gateRows: Int
  /// The row of `gates` that holds this step's first row.
  public var gateRow: Int

  public var input: FloatPointer  // x
  public var added: FloatPointer  // d
  public var output: MutableFloatPointer  // y
  /// In: ∂L/∂y. Out: the part of ∂L/∂x that flows neither through the layer nor through the gates.
  public var outputGradient: MutableFloatPointer
  public var addedGradient: MutableFloatPointer  // ∂L/∂d

  public init(
    rows: Int, stateStride: Int, blocks: Blocks, gates: MutableFloatPointer, gateRows: Int, gateRow: Int,
    input: FloatPointer, added: FloatPointer, output: MutableFloatPointer, outputGradient: MutableFloatPointer,
    addedGradient: MutableFloatPointer
  ) {
    self.rows = rows
    self.stateStride = stateStride
    self.blocks = blocks
    blockRange = 0..<blocks.count
    self.gates = gates
    self.gateRows = gateRows
    self.gateRow = gateRow
    self.input = input
    self.added = added
    self.output = output
    self.outputGradient = outputGradient
    self.addedGradient = addedGradient
  }

  /// Calls `body` for each vector of units of each row, with its offset in the states and that of its first gate.
  @inlinable @inline(__always)
  func forEachVector<V: FloatVector>(_: V.Type, _ body: (_ state: Int, _ gate: Int, _ gateStride: Int) -> Void) {
    var block = blockRange.lowerBound
    while block < blockRange.upperBound {
      let units = blocks.unitColumns(of: block) &* columnWidth
      var state = block &* blocks.unitColumns &* columnWidth
      var gate = blocks.offset(of: block, rows: gateRows) &+ gateRow &* blocks.width(of: block)
      var row = 0
      while row < rows {
        var unit = 0
        while unit < units {
          body(state &+ unit, gate &+ unit, units)
          unit &+= V.lanes
        }
        state &+= stateStride
        gate &+= blocks.width(of: block)
        row &+= 1
      }
      block &+= 1
    }
  }
}

// MARK: Constant factors

@inlinable @inline(__always)
public func constantConnectionForward<V: FloatVector>(_: V.Type, _ step: ConnectionStep) {
  let inputShare = V(repeating: step.inputShare)
  let addedShare = V(repeating: step.addedShare)
  step.forEachVector(V.self) { state, _, _ in
    (V(at: step.input + state) * inputShare).adding(V(at: step.added + state), times: addedShare)
      .store(step.output + state)
  }
}

@inlinable @inline(__always)
public func constantConnectionBackward<V: FloatVector>(_: V.Type, _ step: ConnectionStep) {
  let inputShare = V(repeating: step.inputShare)
  let addedShare = V(repeating: step.addedShare)
  step.forEachVector(V.self) { state, _, _ in
    let dy = V(at: step.outputGradient + state)
    (dy * addedShare).store(step.addedGradient + state)
    (dy * inputShare).store(step.outputGradient + state)
  }
}

// MARK: Highway

@inlinable @inline(__always)
public func highwayForward<V: FloatVector>(_: V.Type, _ step: ConnectionStep) {
  step.forEachVector(V.self) { state, gate, _ in
    let a = sigmoid(V(at: step.gates + gate))
    a.store(step.gates + gate)
    let x = V(at: step.input + state)
    // (1−a)∘x + a∘d with one rounding less
    x.adding(a, times: V(at: step.added + state) - x).store(step.output + state)
  }
}

@inlinable @inline(__always)
public func highwayBackward<V: FloatVector>(_: V.Type, _ step: ConnectionStep) {
  let one = V(repeating: 1)
  step.forEachVector(V.self) { state, gate, _ in
    let a = V(at: step.gates + gate)
    let dy = V(at: step.outputGradient + state)
    let difference = V(at: step.added + state) - V(at: step.input + state)
    (dy * difference * a * (one - a)).store(step.gates + gate)
    (dy * a).store(step.addedGradient + state)
    (dy * (one - a)).store(step.outputGradient + state)
  }
}

// MARK: Two gates

@inlinable @inline(__always)
public func gatedConnectionForward<V: FloatVector>(_: V.Type, _ step: ConnectionStep) {
  step.forEachVector(V.self) { state, gate, gateStride in
    let gates = step.gates + gate
    let (a, b) = sigmoids(V(at: gates), V(at: gates + gateStride))
    a.store(gates)
    b.store(gates + gateStride)
    (b * V(at: step.input + state)).adding(a, times: V(at: step.added + state)).store(step.output + state)
  }
}

@inlinable @inline(__always)
public func gatedConnectionBackward<V: FloatVector>(_: V.Type, _ step: ConnectionStep) {
  let one = V(repeating: 1)
  step.forEachVector(V.self) { state, gate, gateStride in
    let gates = step.gates + gate
    let a = V(at: gates)
    let b = V(at: gates + gateStride)
    let dy = V(at: step.outputGradient + state)
    (dy * V(at: step.added + state) * a * (one - a)).store(gates)
    (dy * V(at: step.input + state) * b * (one - b)).store(gates + gateStride)
    (dy * a).store(step.addedGradient + state)
    (dy * b).store(step.outputGradient + state)
  }
}
