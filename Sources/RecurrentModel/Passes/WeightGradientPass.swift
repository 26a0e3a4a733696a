package import KernelTemplates

/// Computes the gradients of all parameters from the gate gradients of a ``RecurrentPass``.
///
/// Each element is one sum over all steps and rows in their order, on any number of threads and for any cut into
/// pieces.
package final class WeightGradientPass: Sendable {
  package let gradients: FloatBuffer
  private let layout: ParameterLayout
  private let pieces: [WeightGradientPiece]
  private let one = FloatBuffer(count: 1)

  package init(_ layout: ParameterLayout, threadCount: Int) {
    self.layout = layout
    gradients = FloatBuffer(count: layout.size)
    one.fill(with: 1)
    // The largest first, so that the threads finish at nearly the same time.
    pieces = WeightGradientFactors.all(of: layout)
      .flatMap { $0.pieces(threadCount: threadCount) }
      .sorted { $0.work > $1.work }
  }

  package func compute(_ workspace: Workspace, stepCount: Int, kernels: KernelSet, executor: ParallelExecutor) {
    executor.run(pieces.count) { [self] index in
      let piece = pieces[index]
      let rows = piece.factors.source.isSummedOverSteps ? workspace.batchSize : stepCount * workspace.batchSize
      let rowsAtOnce = piece.rowsAtOnce(stateStride: workspace.stateStride)
      // All products with the same rows of gate gradients, while these are in the cache.
      for first in stride(from: 0, to: rows, by: rowsAtOnce) {
        let rows = first..<min(first + rowsAtOnce, rows)
        for product in piece.factors.products { add(product, piece, rows: rows, workspace, kernels: kernels) }
      }
    }
    addEmbeddingGradients(workspace, stepCount: stepCount, kernels, executor)
  }

  /// Adds the gradients of embeddings, a range of terms on each thread; with tied embeddings to those of the decoder.
  private func addEmbeddingGradients(
    _ workspace: Workspace, stepCount: Int, _ kernels: KernelSet, _ executor: ParallelExecutor
  ) {
    guard let embedding = layout.embedding else { return }
    let table = embedding.packed(in: gradients)
    if layout.configuration.embedding?.isTied == false { table.elements.fill(with: 0) }
    let rowCount = stepCount * workspace.batchSize
    let rowStride = layout.configuration.inputStride(ofLayer: 0)
    executor.runOnShares(of: 0..<embedding.rowCount) { terms in
      kernels.addEmbeddingGradients(
        0..<rowCount, workspace.characters.pointer(at: 0, count: rowCount),
        workspace.embeddedGradient.pointer(at: 0, count: rowCount * rowStride), rowStride, terms, table.pointer,
        table.blocks, table.terms)
    }
  }

  private func add(
    _ product: WeightGradientFactors.Product, _ piece: WeightGradientPiece, rows: Range<Int>, _ workspace: Workspace,
    kernels: KernelSet
  ) {
    let matrix = product.matrix
    let gates = gateGradients(piece.factors.source, product.gates, workspace)
    switch product.operand {
    case .characters:
      if piece.share == 0 { addRowGradients(matrix, piece, gates, rows: rows, workspace, kernels: kernels) }
      return
    case .one where piece.share > 0: return
    default: break
    }
    let (inputs, stride) = inputs(product.operand, workspace)
    let range = stride == 0 ? 0..<1 : piece.inputRange(of: matrix)
    let pointer = inputs.pointer(at: 0, count: max(rows.upperBound * stride, 1))
    let gradient = matrix.packed(in: gradients).pointer
    // The rows after these, a share with each block.
    let lines = rows.count * stride / (columnWidth * piece.blocks.count)
    for (index, block) in piece.blocks.enumerated() {
      let upcoming = Upcoming(
        inputs, offset: rows.upperBound * stride + index * lines * columnWidth, lines: lines)
      kernels.weightGradients(
        rows, pointer, stride, gates, matrix.blocks, block, range, matrix.rowCount, gradient, upcoming)
    }
  }

  /// Adds the gradients of weight rows that layer 0 looked up.
  private func addRowGradients(
    _ matrix: ParameterLayout.Matrix, _ piece: WeightGradientPiece, _ gates: BlockedRows, rows: Range<Int>,
    _ workspace: Workspace, kernels: KernelSet
  ) {
    let packed = matrix.packed(in: gradients)
    for block in piece.blocks {
      if rows.lowerBound == 0 {
        let start = matrix.blocks.offset(of: block, rows: matrix.rowCount)
        packed.elements[start..<start + matrix.rowCount * matrix.blocks.width(of: block)].fill(with: 0)
      }
      kernels.addRowGradients(
        rows, workspace.characters.pointer(at: 0, count: rows.upperBound), gates, matrix.blocks, block, matrix.rowCount,
        workspace.inputFactors.map { FloatPointer($0.pointer(at: 0, count: rows.upperBound)) }, packed.pointer)
    }
  }

  /// The factor of gate gradients and the distance of its rows; 0 if all rows are the same.
  private func inputs(
    _ operand: WeightGradientFactors.Operand, _ workspace: Workspace
  ) -> (rows: FloatView, stride: Int) {
    let stride = workspace.stateStride
    return switch operand {
    case .previousHidden(let layer): (workspace.layers[layer].previousHidden.view, stride)
    case .output(let layer): (workspace.outputs(ofLayer: layer), stride)
    case .resetHidden(let layer): (workspace.layers[layer].resetHidden.view, stride)
    case .embedded: (workspace.embedded.view, layout.configuration.inputStride(ofLayer: 0))
    case .one, .characters: (one.view, 0)
    }
  }

  private func gateGradients(
    _ source: WeightGradientFactors.Source, _ gates: Range<Int>, _ workspace: Workspace
  ) -> BlockedRows {
    func rows(_ buffer: FloatBuffer, _ blocks: Blocks, count: Int) -> BlockedRows {
      BlockedRows(buffer.view, blocks, rows: 0..<count, of: count, gates: gates)
    }
    func ofState(_ buffer: FloatBuffer?) -> BlockedRows {
      BlockedRows(
        rowMajor: (buffer ?? workspace.hiddenGradient).view, rows: workspace.batchSize,
        columns: layout.configuration.hiddenSize, rowStride: workspace.stateStride)
    }
    func blocks(_ layer: Int, _ group: Int) -> Blocks { layout.layers[layer][group].bias.blocks }
    func normalization(_ layer: Int, _ group: Int) -> NormalizedGroup { workspace.layers[layer].normalization[group] }
    return switch source {
    case .logits: rows(workspace.logits, workspace.logitBlocks, count: workspace.gateRows)
    case .gates(let layer, let group):
      rows(workspace.layers[layer].gates[group], blocks(layer, group), count: workspace.gateRows)
    case .normalizedProducts(let layer, let group, let part):
      rows(normalization(layer, group)[part].values, blocks(layer, group), count: workspace.gateRows)
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

extension WeightGradientFactors.Source {
  fileprivate var isSummedOverSteps: Bool {
    switch self {
    case .gates, .logits, .normalizedProducts, .connection: false
    case .gain, .peephole, .cellGain, .cellBias: true
    }
  }
}

extension NormalizedGroup {
  fileprivate subscript(part: WeightGradientFactors.Part) -> Preactivations { part == .input ? input : recurrent }
}
