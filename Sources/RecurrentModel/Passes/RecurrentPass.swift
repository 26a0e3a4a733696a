internal import KernelTemplates
internal import RecurrentCells

/// The passes through all layers and steps of a chunk, written once for all cells: forward, losses, and backward
/// (truncated BPTT). A ``WeightGradientPass`` follows.
///
/// Threads may divide a pass; see ``PassDivision``.
package struct RecurrentPass: Sendable {
  let network: RecurrentNetwork
  let workspace: Workspace
  let transposes: TransposedWeights?  // nil without a backward pass
  let stepCount: Int
  let masks: UpdateMasks?  // nil outside training
  let cell: CellDescription
  let compact: CompactNetwork?  // nil if the weights are floats
  var scratch: QuantizationScratch?  // nil unless the weights are quantized
  package var stateGradientNorms: StateGradientNorms?  // recorded by the backward pass; nil if not measured

  /// A pass over the first `stepCount` steps of the token IDs that the workspace has loaded.
  package init(
    _ network: RecurrentNetwork, _ workspace: Workspace, transposes: TransposedWeights? = nil, stepCount: Int,
    masks: UpdateMasks? = nil
  ) {
    precondition(stepCount <= workspace.stepCapacity, "the workspace has fewer steps")
    self.network = network
    self.workspace = workspace
    self.transposes = transposes
    self.stepCount = stepCount
    self.masks = masks
    cell = network.configuration.cell.description
    let rows = workspace.purpose == .inference ? workspace.gateRows : .max
    compact = network.compact.flatMap { $0.serves(rows: rows) ? $0 : nil }
    scratch = makeScratch()
  }

  /// Makes memory for the rows of this pass, for one thread or for several that divide the rows.
  func makeScratch() -> QuantizationScratch? {
    compact?.isQuantized == true ? QuantizationScratch(network.configuration, rows: workspace.gateRows) : nil
  }

  var kernels: KernelSet { compact?.kernels ?? network.kernels }
  var cellKernels: KernelSet.Cell { compact?.cellKernels ?? network.cellKernels }
  var layout: ParameterLayout { network.layout }
  var parameters: FloatBuffer { network.parameters }
  var configuration: ModelConfiguration { layout.configuration }

  /// The steps in groups whose state-independent products are computed together.
  var stepBlocks: [Range<Int>] {
    stride(from: 0, to: stepCount, by: workspace.stepBlockSize).map {
      $0..<min($0 + workspace.stepBlockSize, stepCount)
    }
  }

  // MARK: Operands

  /// Some gates of a group in the rows from `firstRow` on, whose regions were checked when the step was made and
  /// placed.
  ///
  /// - Parameter range: The blocks; nil for all.
  func gateRows(
    _ group: GateGroup, _ gates: Range<Int>, _ firstRow: Int, blocks range: Range<Int>? = nil
  ) -> BlockedRows {
    let range = range ?? 0..<group.blocks.count
    return BlockedRows(
      group.gates + group.blocks.offset(of: range.lowerBound, rows: group.gateRows), group.blocks[range],
      rows: group.gateRows, firstRow: firstRow, firstGate: gates.lowerBound, gateCount: gates.count)
  }

  func stepRows(_ steps: Range<Int>, _ rows: Range<Int>) -> StepRows {
    StepRows(rows.count, steps: steps.count, distance: workspace.batchSize)
  }

  /// Index of the first row of some steps in the gate and logit arrays.
  func gateRow(_ steps: Range<Int>, _ rows: Range<Int>) -> Int {
    workspace.gateRow(step: steps.lowerBound) + rows.lowerBound
  }

  /// Index of the first of some rows in an array of shape (step, batch).
  func rowIndex(step t: Int, rows: Range<Int>) -> Int { t * workspace.batchSize + rows.lowerBound }

  /// Index of the first of some rows in an array of shape (step, batch, stateStride).
  func stateOffset(step t: Int, rows: Range<Int>) -> Int { rowIndex(step: t, rows: rows) * workspace.stateStride }

  /// States, (step, batch, stateStride), as one block of the left factor of a product.
  func stateFactor(_ states: FloatView, _ steps: Range<Int>, _ rows: Range<Int>) -> BlockedRows {
    BlockedRows(
      oneBlock: states[stateOffset(step: steps.lowerBound, rows: rows)...], rows: stepRows(steps, rows).extent,
      columns: configuration.hiddenSize, rowStride: workspace.stateStride)
  }

  /// States of some units, (step, batch, stateStride), as the result of a product.
  func stateResult(_ states: FloatView, _ steps: Range<Int>, _ rows: Range<Int>, units: Range<Int>) -> BlockedRows {
    BlockedRows(
      rowMajor: states[stateOffset(step: steps.lowerBound, rows: rows)...], rows: stepRows(steps, rows).extent,
      columns: units, rowStride: workspace.stateStride)
  }

  /// Computes result = start + left · transposed weights, for the units of some parts of these.
  func multiply(
    _ rows: StepRows, _ left: BlockedRows, by parts: ArraySlice<TransposedWeights.Part>, from start: ProductStart,
    into result: (_ units: Range<Int>) -> BlockedRows
  ) {
    for part in parts { kernels.multiply(rows, left, by: part.packed, from: start, into: result(part.units)) }
  }

  /// Computes result = start + left · some blocks of a matrix.
  ///
  /// - Parameters:
  ///   - firstRow: The row of the gate arrays that holds the first of `rows`.
  ///   - range: The blocks; `start` and `result` have these blocks alone.
  func multiply(
    _ rows: StepRows, _ left: BlockedRows, by weights: ProductWeights, blocks range: Range<Int>, firstRow: Int,
    from start: ProductStart, into result: BlockedRows
  ) {
    switch weights.compact {
    case .int8(let matrix):
      guard let multiply = kernels.quantizedMultiply, let scratch else { preconditionFailure("kernels for floats") }
      let quantized = scratch.rows(from: firstRow, count: rows.extent)
      multiply(rows, left, weights.range, quantized, matrix.operand[range], start, result)
    case .bfloat16(let matrix):
      guard let multiply = kernels.bfloat16Multiply else { preconditionFailure("kernels for floats") }
      matrix.multiply(left, blocks: range, from: start, into: result, multiply)
    case nil: kernels.multiply(rows, left, by: weights.floats.packed(in: parameters)[range], from: start, into: result)
    }
  }

  /// Some gates of `array`, (block, step, batch, gate, unit), in the rows of some steps.
  func gateRows(
    _ array: FloatView, _ blocks: Blocks, _ steps: Range<Int>, _ rows: Range<Int>, gates: Range<Int>
  ) -> BlockedRows {
    let first = gateRow(steps, rows)
    return BlockedRows(
      array, blocks, rows: first..<first + stepRows(steps, rows).extent, of: workspace.gateRows, gates: gates)
  }
}
