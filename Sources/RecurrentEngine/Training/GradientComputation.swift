internal import KernelTemplates

/// The gradients of all parameters, from the gate gradients that a ``RecurrentPass`` has left.
///
/// Each piece of a matrix is one sum over all steps and rows in their order, whichever thread computes it.
final class GradientComputation {
  let gradients: FloatBuffer
  private let layout: ParameterLayout
  private let tasks: [Task]

  private enum Operand {
    /// Inputs of layer 0: the rows that were looked up.
    case characters
    case one
    /// h of a layer, before or after each step.
    case hidden(layer: Int, isPrevious: Bool)
    case resetHidden(layer: Int)
  }

  /// Which gate gradients are the other factor; `nil` for the output layer.
  private struct GateSource {
    var layer: Int
    var group: Int
    var gates: Range<Int>
  }

  private struct Task {
    var matrix: ParameterLayout.Matrix
    var blocks: Range<Int>
    var rows: Range<Int>
    var operand: Operand
    var source: GateSource?
  }

  init(_ layout: ParameterLayout) {
    self.layout = layout
    gradients = FloatBuffer(count: layout.size)
    var tasks: [Task] = []
    func add(_ matrix: ParameterLayout.Matrix, _ operand: Operand, _ source: GateSource?) {
      let pieces =
        switch operand {
        case .characters, .one: (0..<matrix.blocks.count).map { (blocks: $0..<$0 + 1, rows: 0..<matrix.rowCount) }
        case .hidden, .resetHidden: matrix.gradientPieces
        }
      tasks += pieces.map {
        Task(matrix: matrix, blocks: $0.blocks, rows: $0.rows, operand: operand, source: source)
      }
    }
    for (layer, groups) in layout.layers.enumerated() {
      for (index, (group, description)) in zip(groups, layout.configuration.cell.description.groups).enumerated() {
        add(
          group.recurrent,
          description.recurrentFactor == .hidden ? .hidden(layer: layer, isPrevious: true) : .resetHidden(layer: layer),
          GateSource(layer: layer, group: index, gates: description.recurrentGates))
        add(
          group.input, layer == 0 ? .characters : .hidden(layer: layer - 1, isPrevious: false),
          GateSource(layer: layer, group: index, gates: description.inputGates))
        add(group.bias, .one, GateSource(layer: layer, group: index, gates: 0..<description.gates.count))
      }
    }
    add(layout.decoderWeight, .hidden(layer: layout.configuration.layerCount - 1, isPrevious: false), nil)
    add(layout.decoderBias, .one, nil)
    self.tasks = tasks
  }

  func compute(
    _ workspace: Workspace, characters: UnsafePointer<Int32>, stepCount: Int, kernels: KernelSet,
    executor: ParallelExecutor
  ) {
    executor.run(tasks.count) { index in
      compute(tasks[index], workspace, characters: characters, stepCount: stepCount, kernels: kernels)
    }
  }

  private func compute(
    _ task: Task, _ workspace: Workspace, characters: UnsafePointer<Int32>, stepCount: Int, kernels: KernelSet
  ) {
    let rows = stepCount * workspace.batchSize
    let matrix = task.matrix
    let gradient = gradients.pointer + matrix.offset
    let gates = gateGradients(task.source, workspace)

    func multiply(_ inputs: UnsafePointer<Float>) {
      kernels.weightGradients(
        rows, inputs, workspace.stateStride, gates, matrix.blocks, task.blocks, task.rows, matrix.rowCount, gradient)
    }
    func addRows(_ characters: UnsafePointer<Int32>?) {
      for block in task.blocks {
        let start = gradient + matrix.blocks.offset(of: block, rows: matrix.rowCount)
        start.update(repeating: 0, count: matrix.rowCount * matrix.blocks.width(of: block))
        kernels.addRowGradients(rows, characters, gates, matrix.blocks, block, matrix.rowCount, gradient)
      }
    }

    switch task.operand {
    case .characters: addRows(characters)
    case .one: addRows(nil)
    case .hidden(let layer, let isPrevious):
      multiply(workspace.layers[layer].hidden.pointer + (isPrevious ? 0 : workspace.stepStride))
    case .resetHidden(let layer): multiply(workspace.layers[layer].resetHidden.pointer)
    }
  }

  private func gateGradients(_ source: GateSource?, _ workspace: Workspace) -> BlockedRows {
    guard let source else {
      return BlockedRows(
        workspace.logits.pointer, workspace.logitBlocks, rows: workspace.gateRows, firstRow: 0, firstGate: 0,
        gateCount: 1)
    }
    let blocks = layout.layers[source.layer][source.group].bias.blocks
    return BlockedRows(
      workspace.layers[source.layer].gates[source.group].pointer, blocks, rows: workspace.gateRows, firstRow: 0,
      firstGate: source.gates.lowerBound, gateCount: source.gates.count)
  }
}

extension ParameterLayout.Matrix {
  /// The pieces of the product that is this matrix's gradient, each computed by one thread.
  package var gradientPieces: [(blocks: Range<Int>, rows: Range<Int>)] {
    // Large enough that what one block has brought near serves the next ones, and small enough that no thread waits
    // long for another's last piece.
    let rowsOfPiece = 256
    let blocksOfPiece = 4
    return stride(from: 0, to: rowCount, by: rowsOfPiece).flatMap { row in
      stride(from: 0, to: blocks.count, by: blocksOfPiece).map { block in
        (block..<min(block + blocksOfPiece, blocks.count), row..<min(row + rowsOfPiece, rowCount))
      }
    }
  }
}
