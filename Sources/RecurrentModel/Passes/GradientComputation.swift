package import KernelTemplates

/// The gradients of all parameters, from the gate gradients that a ``RecurrentPass`` has left.
///
/// Each element is one sum over all steps and rows in their order, whichever thread computes it and however the work is
/// cut into pieces.
package final class GradientComputation {
  package let gradients: FloatBuffer
  private let layout: ParameterLayout
  private let pieces: [GradientPiece]
  private let one = FloatBuffer(count: 1)

  package init(_ layout: ParameterLayout, threadCount: Int) {
    self.layout = layout
    gradients = FloatBuffer(count: layout.size)
    one.fill(with: 1)
    // The largest first, so that what the threads end with is small.
    pieces = GradientFactors.all(of: layout)
      .flatMap { $0.pieces(threadCount: threadCount) }
      .sorted { $0.work > $1.work }
  }

  package func compute(
    _ workspace: Workspace, characters: UnsafePointer<Int32>, stepCount: Int, kernels: KernelSet,
    executor: ParallelExecutor
  ) {
    executor.run(pieces.count) { index in
      let piece = pieces[index]
      let rows = piece.factors.source.isSummedOverSteps ? workspace.batchSize : stepCount * workspace.batchSize
      let rowsAtOnce = piece.rowsAtOnce(stateStride: workspace.stateStride)
      // All that the same rows of gate gradients are a factor of, while they are near.
      for first in stride(from: 0, to: rows, by: rowsAtOnce) {
        let rows = first..<min(first + rowsAtOnce, rows)
        for product in piece.factors.products {
          add(product, piece, rows: rows, workspace, characters: characters, kernels: kernels)
        }
      }
    }
    addEmbeddingGradients(workspace, characters: characters, stepCount: stepCount, kernels, executor)
  }

  /// Each thread adds other terms of the rows; where the embeddings are those of the decoder, to its gradient.
  private func addEmbeddingGradients(
    _ workspace: Workspace, characters: UnsafePointer<Int32>, stepCount: Int, _ kernels: KernelSet,
    _ executor: ParallelExecutor
  ) {
    guard let embedding = layout.embedding else { return }
    let table = gradients.pointer + embedding.offset
    if layout.configuration.embedding?.isTied == false { table.update(repeating: 0, count: embedding.size) }
    executor.runOnEachThread { thread in
      kernels.addEmbeddingGradients(
        0..<stepCount * workspace.batchSize, characters, workspace.embeddedGradient.pointer,
        layout.configuration.inputStride(ofLayer: 0),
        rowShare(thread, of: executor.threadCount, rows: embedding.rowCount), table, embedding.blocks,
        embedding.rowCount)
    }
  }

  private func add(
    _ product: GradientFactors.Product, _ piece: GradientPiece, rows: Range<Int>, _ workspace: Workspace,
    characters: UnsafePointer<Int32>, kernels: KernelSet
  ) {
    let matrix = product.matrix
    let gradient = gradients.pointer + matrix.offset
    let gates = gateGradients(piece.factors.source, product.gates, workspace)

    func multiply(_ inputs: UnsafePointer<Float>, stride: Int, range: Range<Int>) {
      // The rows after these, a share with each block.
      let upcomingLines = rows.count * stride / (columnWidth * piece.blocks.count)
      var upcoming = Upcoming(inputs + rows.upperBound * stride, lines: upcomingLines)
      for block in piece.blocks {
        kernels.weightGradients(
          rows, inputs, stride, gates, matrix.blocks, block, range, matrix.rowCount, gradient, upcoming)
        upcoming.pointer += upcomingLines * columnWidth
      }
    }

    switch product.operand {
    case .previousHidden(let layer):
      multiply(
        workspace.layers[layer].previousHidden.pointer, stride: workspace.stateStride,
        range: piece.inputRange(of: matrix))
    case .output(let layer):
      multiply(
        workspace.outputs(ofLayer: layer), stride: workspace.stateStride, range: piece.inputRange(of: matrix))
    case .resetHidden(let layer):
      multiply(
        workspace.layers[layer].resetHidden.pointer, stride: workspace.stateStride,
        range: piece.inputRange(of: matrix))
    case .embedded:
      multiply(
        workspace.embedded.pointer, stride: layout.configuration.inputStride(ofLayer: 0),
        range: piece.inputRange(of: matrix))
    case .one where piece.share == 0: multiply(one.pointer, stride: 0, range: 0..<1)
    case .characters where piece.share == 0:
      for block in piece.blocks {
        if rows.lowerBound == 0 {
          let start = gradient + matrix.blocks.offset(of: block, rows: matrix.rowCount)
          start.update(repeating: 0, count: matrix.rowCount * matrix.blocks.width(of: block))
        }
        kernels.addRowGradients(
          rows, characters, gates, matrix.blocks, block, matrix.rowCount,
          workspace.inputFactors.map { UnsafePointer($0.pointer) }, gradient)
      }
    case .one, .characters: break
    }
  }

  private func gateGradients(
    _ source: GradientFactors.Source, _ gates: Range<Int>, _ workspace: Workspace
  ) -> BlockedRows {
    func rows(_ buffer: FloatBuffer, _ blocks: Blocks, count: Int) -> BlockedRows {
      BlockedRows(
        buffer.pointer, blocks, rows: count, firstRow: 0, firstGate: gates.lowerBound, gateCount: gates.count)
    }
    func ofState(_ buffer: FloatBuffer?) -> BlockedRows {
      BlockedRows(
        rowMajor: (buffer ?? workspace.hiddenGradient).pointer, columns: layout.configuration.hiddenSize,
        rowStride: workspace.stateStride)
    }
    func blocks(_ layer: Int, _ group: Int) -> Blocks { layout.layers[layer][group].bias.blocks }
    func normalization(_ layer: Int, _ group: Int) -> NormalizedGroup { workspace.layers[layer].normalization[group] }
    return switch source {
    case .logits: rows(workspace.logits, workspace.logitBlocks, count: workspace.gateRows)
    case .gates(let layer, let group):
      rows(workspace.layers[layer].gates[group], blocks(layer, group), count: workspace.gateRows)
    case .normalizedSums(let layer, let group, let part):
      rows(normalization(layer, group)[part].sums, blocks(layer, group), count: workspace.gateRows)
    case .gain(let layer, let group, let part):
      rows(normalization(layer, group)[part].gainGradient, blocks(layer, group), count: workspace.batchSize)
    case .peephole(let layer, let index): ofState(workspace.layers[layer].peepholeGradients[index])
    case .cellGain(let layer, let group): ofState(normalization(layer, group).cell?.gainGradient)
    case .cellBias(let layer, let group): ofState(normalization(layer, group).cell?.biasGradient)
    case .connection(let layer):
      rows(
        workspace.layers[layer].connectionGates,
        Blocks(units: layout.configuration.hiddenSize, gates: layout.configuration.connection.gateCount),
        count: workspace.gateRows)
    }
  }
}

extension GradientFactors.Source {
  fileprivate var isSummedOverSteps: Bool {
    switch self {
    case .gates, .logits, .normalizedSums, .connection: false
    case .gain, .peephole, .cellGain, .cellBias: true
    }
  }
}

extension NormalizedGroup {
  fileprivate subscript(part: GradientFactors.Part) -> Sums { part == .input ? input : recurrent }
}
