internal import KernelTemplates
internal import RecurrentEngine

/// A benchmark of the matrix products with the recurrent weights of one layer, on random numbers, in the shapes,
/// storage order and threads of training.
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
    forEachStep { group, row, _, rows in
      kernels.multiply(
        StepRows(rows),
        BlockedRows(
          oneBlock: hidden.pointer + row * configuration.stateStride, columns: configuration.hiddenSize,
          rowStride: configuration.stateStride),
        group.weights.pointer, group.matrix.blocks, configuration.hiddenSize, .zero,
        gateRows(group, row))
    }
  }

  /// Multiplies the gate gradients by Uᵀ, step by step.
  func multiplyGateGradients() {
    forEachStep { group, row, rowOfBatch, rows in
      kernels.multiply(
        StepRows(rows), gateRows(group, row), group.transposed.pointer, group.transposedBlocks, group.columns, .zero,
        stateRows(hiddenGradient, rowOfBatch))
    }
  }

  /// Computes the gradient of U in one product over all steps, with the columns divided among the threads.
  func multiplyWeightGradients() {
    executor.runOnEachThread { thread in
      for first in stride(from: 0, to: stepCount * batchSize, by: 384) {
        let rows = first..<min(first + 384, stepCount * batchSize)
        for group in groups {
          for block in rowShare(thread, of: executor.threadCount, rows: group.matrix.blocks.count) {
            kernels.weightGradients(
              rows, hidden.pointer, configuration.stateStride, gateRows(group, 0), group.matrix.blocks, block,
              0..<group.matrix.rowCount, group.matrix.rowCount, group.gradient.pointer,
              Upcoming(hidden.pointer, lines: 0))
          }
        }
      }
    }
  }

  /// Calls `body` on each thread, for each step and gate group, with the thread's rows of the mini-batch.
  private func forEachStep(_ body: (_ group: Group, _ row: Int, _ rowOfBatch: Int, _ rows: Int) -> Void) {
    executor.runOnEachThread { thread in
      let rows = rowShare(thread, of: executor.threadCount, rows: batchSize)
      guard !rows.isEmpty else { return }
      for step in 0..<stepCount {
        for group in groups { body(group, step * batchSize + rows.lowerBound, rows.lowerBound, rows.count) }
      }
    }
  }

  private func stateRows(_ states: FloatBuffer, _ row: Int) -> BlockedRows {
    BlockedRows(
      rowMajor: states.pointer + row * configuration.stateStride, columns: configuration.hiddenSize,
      rowStride: configuration.stateStride)
  }

  private func gateRows(_ group: Group, _ row: Int) -> BlockedRows {
    let blocks = group.matrix.blocks
    return BlockedRows(
      group.gates.pointer, blocks, rows: stepCount * batchSize, firstRow: row, firstGate: 0, gateCount: blocks.gates)
  }
}
