// Layer normalization (Ba et al. 2016) of a gate's pre-activation over the units, separately for the products with the
// input and with the hidden state:
//
//   a = b + g∘N(xW) + g′∘N(h′U)    N(v) = (v − μ) / √(σ² + ε), with the mean μ and the variance σ² of v
//
// The products of all units are needed before any of them can be used, so these are separate kernels between the
// products and the gates.

/// One of the two products, xW or h′U, of a group's gates, and its normalization.
public struct NormalizedSums: @unchecked Sendable {
  /// The gates that have this product.
  public var gates: Range<Int>
  public var gain: FloatPointer  // (block, gate, unit), of these gates
  public var gainBlocks: Blocks
  /// The products v, then N(v), then ∂L/∂v. (block, step and row, gate, unit), like all gates of the group
  public var sums: MutableFloatPointer
  /// 1 / √(σ² + ε) (step and row, gate)
  public var scales: MutableFloatPointer
  /// Contributions of each batch row to ∂L/∂g, over all steps so far. (block, row, gate, unit), like all gates
  public var gainGradient: MutableFloatPointer
  /// The first row of the batch that is computed.
  public var firstRow: Int

  public init(
    gates: Range<Int>, gain: FloatPointer, gainBlocks: Blocks, sums: MutableFloatPointer, scales: MutableFloatPointer,
    gainGradient: MutableFloatPointer, firstRow: Int
  ) {
    self.gates = gates
    self.gain = gain
    self.gainBlocks = gainBlocks
    self.sums = sums
    self.scales = scales
    self.gainGradient = gainGradient
    self.firstRow = firstRow
  }
}

/// Initializes the pre-activations of all gates to their biases, for the rows of one step.
@inlinable @inline(__always)
public func startFromBias<V: FloatVector>(_: V.Type, _ step: CellStep, _ group: GateGroup) {
  var block = 0
  while block < group.blocks.count {
    let width = group.blocks.width(of: block)
    let bias = group.bias + group.blocks.offset(of: block, rows: 1)
    let gates = group.gates + group.offset(of: block, row: step.gateRow)
    var row = 0
    while row < step.rows {
      var i = 0
      while i < width {
        V(at: bias + i).store(gates + row &* width + i)
        i &+= V.lanes
      }
      row &+= 1
    }
    block &+= 1
  }
}

/// Adds g∘N(v) to the pre-activations of the gates, for the rows of one step.
@inlinable @inline(__always)
public func addNormalized<V: FloatVector>(_: V.Type, _ step: CellStep, _ group: GateGroup, _ part: NormalizedSums) {
  var gate = part.gates.lowerBound
  while gate < part.gates.upperBound {
    let gates = group.rows(of: group.gates, step, gate: gate)
    let sums = group.rows(of: part.sums, step, gate: gate)
    let gain = part.gainRow(gate)
    var row = 0
    while row < step.rows {
      let scale = sums.normalize(V.self, row: row, count: step.hiddenSize)
      part.scales[(step.gateRow &+ row) &* group.blocks.gates &+ gate] = scale
      var block = 0
      while block < sums.blockCount {
        let a = gates.pointer(block: block, row: row)
        let normalized = sums.pointer(block: block, row: row)
        let g = gain.pointer(block: block, row: 0)
        let width = sums.width(of: block)
        var i = 0
        while i < width {
          V(at: FloatPointer(a) + i).adding(V(at: FloatPointer(g) + i), times: V(at: FloatPointer(normalized) + i))
            .store(a + i)
          i &+= V.lanes
        }
        block &+= 1
      }
      row &+= 1
    }
    gate &+= 1
  }
}

/// Runs the backward step of normalization, given the gradients of the pre-activations in the gate array: overwrites
/// N(v) with ∂L/∂v, and adds the contributions of these rows to ∂L/∂g.
@inlinable @inline(__always)
public func normalizationGradients<V: FloatVector>(
  _: V.Type, _ step: CellStep, _ group: GateGroup, _ part: NormalizedSums
) {
  var gate = part.gates.lowerBound
  while gate < part.gates.upperBound {
    let gates = group.rows(of: group.gates, step, gate: gate)
    let sums = group.rows(of: part.sums, step, gate: gate)
    let gain = part.gainRow(gate)
    let gainGradient = BlockedRows(
      part.gainGradient, group.blocks, rows: step.batchSize, firstRow: part.firstRow, firstGate: gate, gateCount: 1)
    var row = 0
    while row < step.rows {
      sums.takeNormalizationBack(
        V.self, row: row, count: step.hiddenSize,
        scale: part.scales[(step.gateRow &+ row) &* group.blocks.gates &+ gate], gradient: gates, gain: gain,
        gainGradient: gainGradient)
      row &+= 1
    }
    gate &+= 1
  }
}

extension GateGroup {
  @inlinable @inline(__always)
  func rows(of pointer: MutableFloatPointer, _ step: CellStep, gate: Int) -> BlockedRows {
    BlockedRows(pointer, blocks, rows: gateRows, firstRow: step.gateRow, firstGate: gate, gateCount: 1)
  }
}

extension NormalizedSums {
  @inlinable @inline(__always)
  func gainRow(_ gate: Int) -> BlockedRows {
    BlockedRows(
      MutableFloatPointer(mutating: gain), gainBlocks, rows: 1, firstRow: 0, firstGate: gate &- gates.lowerBound,
      gateCount: 1)
  }
}
