internal import KernelTemplates

/// Arrays of layer normalization for one group of gates and one chunk.
struct NormalizedGroup: Sendable {
  /// One of the two normalized terms of a gate's pre-activation.
  struct Preactivations: Sendable {
    /// Products, then normalized, then their gradients. (block, step, batch, gate, unit)
    let values: FloatBuffer
    let scales: FloatBuffer  // 1 / √(σ² + ε) (step, batch, gate)
    /// Summed over the steps only, so that the order of the sum over rows depends on no thread.
    /// (block, batch, gate, unit)
    let gainGradient: FloatBuffer
  }

  struct CellState: Sendable {
    let normalized: FloatBuffer  // (step, batch, stateStride)
    let scales: FloatBuffer  // (step, batch)
    let gainGradient: FloatBuffer  // (batch, stateStride)
    let biasGradient: FloatBuffer  // (batch, stateStride)
  }

  let input: Preactivations
  let recurrent: Preactivations
  /// Replaces the bias, which is added after normalization. (block, gate, unit)
  let zeros: FloatBuffer
  let cell: CellState?  // nil without a cell state

  init(_ sizes: Sizes) {
    func makePreactivations() -> Preactivations {
      Preactivations(
        values: FloatBuffer(count: sizes.preactivations), scales: FloatBuffer(count: sizes.scales),
        gainGradient: FloatBuffer(count: sizes.gainGradient))
    }
    input = makePreactivations()
    recurrent = makePreactivations()
    zeros = FloatBuffer(count: sizes.zeros)
    cell =
      sizes.cell == 0
      ? nil
      : CellState(
        normalized: FloatBuffer(count: sizes.cell), scales: FloatBuffer(count: sizes.cellScales),
        gainGradient: FloatBuffer(count: sizes.cellGradient), biasGradient: FloatBuffer(count: sizes.cellGradient))
  }

  /// Number of floats in each array.
  struct Sizes {
    var preactivations: Int
    var scales: Int
    var gainGradient: Int
    var zeros: Int
    var cell = 0
    var cellScales = 0
    var cellGradient = 0

    init(_ configuration: ModelConfiguration, gateCount: Int, gateRows: Int, batchSize: Int, isTraining: Bool) {
      let blocks = Blocks(units: configuration.hiddenSize, gates: gateCount)
      preactivations = blocks.size(rows: gateRows)
      scales = gateRows * gateCount
      gainGradient = isTraining ? blocks.size(rows: batchSize) : 0
      zeros = blocks.size(rows: 1)
      guard configuration.cell.description.hasCellState else { return }
      cell = gateRows * configuration.stateStride
      cellScales = gateRows
      cellGradient = isTraining ? batchSize * configuration.stateStride : 0
    }

    var total: Int { 2 * (preactivations + scales + gainGradient) + zeros + cell + cellScales + 2 * cellGradient }
  }
}
