internal import KernelTemplates

/// What layer normalization keeps of one group of gates in a chunk.
struct NormalizedGroup {
  struct Sums {
    /// Sums, then normalized, then their gradients. (block, step, batch, gate, unit)
    let sums: FloatBuffer
    let scales: FloatBuffer  // (step, batch, gate)
    /// Summed over the steps alone: the sum over the rows has an order that no thread decides. (block, batch, gate, unit)
    let gainGradient: FloatBuffer
  }

  struct CellState {
    let normalized: FloatBuffer  // (step, batch, stateStride)
    let scales: FloatBuffer  // (step, batch)
    let gainGradient: FloatBuffer  // (batch, stateStride)
    let biasGradient: FloatBuffer  // (batch, stateStride)
  }

  let input: Sums
  let recurrent: Sums
  /// Stands in for the bias, which is added when the sums are normalized. (block, gate, unit)
  let zeros: FloatBuffer
  /// Nil in cells without a cell state.
  let cell: CellState?

  init(_ sizes: Sizes) {
    func makeSums() -> Sums {
      Sums(
        sums: FloatBuffer(count: sizes.sums), scales: FloatBuffer(count: sizes.scales),
        gainGradient: FloatBuffer(count: sizes.gainGradient))
    }
    input = makeSums()
    recurrent = makeSums()
    zeros = FloatBuffer(count: sizes.zeros)
    cell =
      sizes.cell == 0
      ? nil
      : CellState(
        normalized: FloatBuffer(count: sizes.cell), scales: FloatBuffer(count: sizes.cellScales),
        gainGradient: FloatBuffer(count: sizes.cellGradient), biasGradient: FloatBuffer(count: sizes.cellGradient))
  }

  /// How many floats each array has.
  struct Sizes {
    var sums: Int
    var scales: Int
    var gainGradient: Int
    var zeros: Int
    var cell = 0
    var cellScales = 0
    var cellGradient = 0

    /// - Parameter gateRows: Rows of the gate arrays.
    init(_ configuration: ModelConfiguration, gateCount: Int, gateRows: Int, batchSize: Int, isTraining: Bool) {
      let blocks = Blocks(units: configuration.hiddenSize, gates: gateCount)
      sums = blocks.size(rows: gateRows)
      scales = gateRows * gateCount
      gainGradient = isTraining ? blocks.size(rows: batchSize) : 0
      zeros = blocks.size(rows: 1)
      guard configuration.cell.description.hasCellState else { return }
      cell = gateRows * configuration.stateStride
      cellScales = gateRows
      cellGradient = isTraining ? batchSize * configuration.stateStride : 0
    }

    /// Floats of all arrays together.
    var total: Int { 2 * (sums + scales + gainGradient) + zeros + cell + cellScales + 2 * cellGradient }
  }
}
