internal import KernelTemplates
internal import RecurrentEngine

/// A benchmark of one layer's recurrent matrix products, in the shapes, storage order and threads of training.
struct LayerProducts {
  /// One group of gates.
  private struct Group {
    let matrix: ParameterLayout.Matrix
    let weights: FloatBuffer  // (block, hidden, gate, unit)
    let transposedBlocks: Blocks
    let transposed: FloatBuffer  // (block of hidden, gate and unit, hidden of the block)
    let gates: FloatBuffer  // (block, step, batch, gate, unit)
    let gradient: FloatBuffer  // (block, hidden, gate, unit)

    /// Number of columns of the weights, padding included.
    var columns: Int { matrix.blocks.size(rows: 1) }
  }

  private let configuration: ModelConfiguration
  private let batchSize: Int
  private let stepCount: Int
  private let kernels: KernelSet
  private let executor: ParallelExecutor
  private let groups: [Group]
  private let hidden: FloatBuffer  // (step, batch, stateStride)
  private let hiddenGradient: FloatBuffer  // (batch, stateStride)

  init(
    _ configuration: ModelConfiguration, batchSize: Int, stepCount: Int, kernels: KernelSet, executor: ParallelExecutor
  ) {
    self.configuration = configuration
    self.batchSize = batchSize
    self.stepCount = stepCount
    self.kernels = kernels
    self.executor = executor
    groups = ParameterLayout(configuration).layers[0].map { group in
      let matrix = group.recurrent
      let transposedBlocks = Blocks(units: matrix.rowCount, gates: 1)
      return Group(
        matrix: matrix, weights: .random(count: matrix.size), transposedBlocks: transposedBlocks,
        transposed: .random(count: transposedBlocks.size(rows: matrix.blocks.size(rows: 1))),
        gates: .random(count: matrix.blocks.size(rows: batchSize * stepCount)),
        gradient: FloatBuffer(count: matrix.size))
    }
    hidden = .random(count: stepCount * batchSize * configuration.stateStride)
    hiddenGradient = FloatBuffer(count: batchSize * configuration.stateStride)
  }

  /// Floating-point operations of each of the three products over a chunk.
  var operations: Double {
    let hiddenSize = Double(configuration.hiddenSize)
    let gates = groups.reduce(0) { $0 + $1.matrix.blocks.gates }
    return 2 * Double(batchSize) * Double(stepCount) * hiddenSize * hiddenSize * Double(gates)
  }

  /// Computes h′U step by step.
  func multiplyStates() {
    let stride = configuration.stateStride
    forEachStep { group, row, _, rows in
      kernels.multiply(
        StepRows(rows),
        BlockedRows(
          oneBlock: hidden.view[(row * stride)...], rows: rows, columns: configuration.hiddenSize, rowStride: stride),
        group.weights.pointer(at: 0, count: group.matrix.size), group.matrix.blocks, configuration.hiddenSize, .zero,
        gateRows(group, row..<row + rows))
    }
  }

  /// Multiplies the gate gradients by Uᵀ, step by step.
  func multiplyGateGradients() {
    forEachStep { group, row, rowOfBatch, rows in
      let transposed = group.transposed.pointer(at: 0, count: group.transposedBlocks.size(rows: group.columns))
      kernels.multiply(
        StepRows(rows), gateRows(group, row..<row + rows), transposed, group.transposedBlocks, group.columns, .zero,
        BlockedRows(
          rowMajor: hiddenGradient.view[(rowOfBatch * configuration.stateStride)...], rows: rows,
          columns: configuration.hiddenSize, rowStride: configuration.stateStride))
    }
  }

  /// Computes the gradient of U in one product over all steps, with the columns divided among the threads.
  func multiplyWeightGradients() {
    let rowCount = stepCount * batchSize
    executor.runOnEachThread { thread in
      let inputs = hidden.pointer(at: 0, count: rowCount * configuration.stateStride)
      for first in stride(from: 0, to: rowCount, by: 384) {
        let rows = first..<min(first + 384, rowCount)
        for group in groups {
          let matrix = group.matrix
          for block in (0..<matrix.blocks.count).share(thread, of: executor.threadCount) {
            kernels.weightGradients(
              StepRows(rows.count), first, first > 0 ? .result : .zero, inputs, configuration.stateStride,
              gateRows(group, 0..<rowCount), matrix.blocks, block, 0..<matrix.rowCount, matrix.rowCount,
              group.gradient.pointer(at: 0, count: matrix.size),
              Upcoming(inputs, lines: 0))
          }
        }
      }
    }
  }

  /// Each thread takes its rows of the batch through all steps.
  private func forEachStep(
    _ body: @escaping @Sendable (_ group: Group, _ row: Int, _ rowOfBatch: Int, _ rows: Int) -> Void
  ) {
    executor.runOnShares(of: 0..<batchSize) { rows in
      guard !rows.isEmpty else { return }
      for step in 0..<stepCount {
        for group in groups { body(group, step * batchSize + rows.lowerBound, rows.lowerBound, rows.count) }
      }
    }
  }

  private func gateRows(_ group: Group, _ rows: Range<Int>) -> BlockedRows {
    let blocks = group.matrix.blocks
    return BlockedRows(
      group.gates.view, blocks, rows: rows, of: stepCount * batchSize, gates: 0..<blocks.gates)
  }
}
