internal import KernelTemplates

/// The weight gradients of one shard: for each element a sum over the steps and the rows of the shard, in their order.
struct WeightGradientSum: Sendable {
  let layout: ParameterLayout
  let workspace: Workspace
  let stepCount: Int
  let kernels: KernelSet
  let shards: Shards
  let one: FloatBuffer  // the number one

  /// Some rows of all steps, the terms of a sum.
  private struct Rows {
    var first: Int
    var rows: StepRows
    /// Whether the sum starts with them.
    var isFirst = true

    /// The rows between the first and the last, those of other shards included.
    var range: Range<Int> { first..<first + rows.extent }

    /// Consecutive parts with about `limit` rows.
    func parts(atMost limit: Int) -> some Sequence<Rows> {
      let stride = rows.steps == 1 ? limit : max(1, limit / rows.rows)
      return Swift.stride(from: 0, to: count, by: stride).lazy.map { start in
        var part = self[start..<min(start + stride, count)]
        part.isFirst = start == 0
        return part
      }
    }

    /// One of `shareCount` parts of as many rows after these.
    func followingShare(_ index: Int, of shareCount: Int) -> Rows {
      var next = self[(0..<count).share(index, of: shareCount)]
      next.first += count * distance
      return next
    }

    /// The number of steps, or the number of rows of a single step.
    private var count: Int { rows.steps == 1 ? rows.rows : rows.steps }
    /// The distance in rows from one of them to the next.
    private var distance: Int { rows.steps == 1 ? 1 : rows.distance }

    private subscript(range: Range<Int>) -> Rows {
      Rows(
        first: first + range.lowerBound * distance,
        rows: rows.steps == 1
          ? StepRows(range.count) : StepRows(rows.rows, steps: range.count, distance: rows.distance))
    }

    /// The rows of each step.
    var steps: some Sequence<Range<Int>> {
      (0..<rows.steps).lazy.map { step in
        let start = first + step * rows.distance
        return start..<start + rows.rows
      }
    }
  }

  /// Computes the elements of a piece in `gradients`.
  func compute(_ piece: WeightGradientPiece, shard: Int, in gradients: FloatBuffer) {
    let all = rows(of: shard, piece.factors.source)
    let limit = piece.rowsAtOnce(stateStride: workspace.stateStride)
    // All products with the same rows of gate gradients, while these are in the cache.
    for rows in all.parts(atMost: limit) {
      for product in piece.factors.products { add(product, piece, rows, to: gradients) }
    }
    for product in piece.factors.products where product.operand == .embeddingGradients {
      addEmbeddingGradients(product.matrix, piece, all, to: gradients)
    }
  }

  private func rows(of shard: Int, _ source: WeightGradientFactors.Source) -> Rows {
    let range = shards.rows(of: shard)
    if source.isSummedOverSteps { return Rows(first: range.lowerBound, rows: StepRows(range.count)) }
    if shards.count == 1 { return Rows(first: 0, rows: StepRows(stepCount * range.count)) }
    return Rows(
      first: range.lowerBound, rows: StepRows(range.count, steps: stepCount, distance: workspace.batchSize))
  }

  private func add(
    _ product: WeightGradientFactors.Product, _ piece: WeightGradientPiece, _ rows: Rows, to gradients: FloatBuffer
  ) {
    let matrix = product.matrix
    switch product.operand {
    case .embeddingGradients: return
    case .characters:
      if piece.share == 0 { addRowGradients(product, piece, rows, to: gradients) }
      return
    case .one where piece.share > 0: return
    default: break
    }
    let gates = gateGradients(piece.factors.source, product.gates)
    let (inputs, stride) = inputs(product.operand)
    let range = stride == 0 ? 0..<1 : piece.inputRange(of: matrix)
    let end = rows.range.upperBound
    let pointer = inputs.pointer(at: 0, count: max(end * stride, 1))
    let gradient = matrix.packed(in: gradients).pointer
    for (index, block) in piece.blocks.enumerated() {
      let next = rows.followingShare(index, of: piece.blocks.count)
      let upcoming = Upcoming(inputs, firstRow: next.first, next.rows, stride: stride)
      kernels.weightGradients(
        rows.rows, rows.first, rows.isFirst ? .zero : .result, pointer, stride, gates, matrix.blocks, block, range,
        matrix.rowCount, gradient, upcoming)
    }
  }

  /// Adds the gradients of weight rows that layer 0 looked up.
  private func addRowGradients(
    _ product: WeightGradientFactors.Product, _ piece: WeightGradientPiece, _ rows: Rows, to gradients: FloatBuffer
  ) {
    let matrix = product.matrix
    let gates = gateGradients(piece.factors.source, product.gates)
    let packed = matrix.packed(in: gradients)
    let end = rows.range.upperBound
    let characters = workspace.characters.pointer(at: 0, count: end)
    let factors = workspace.inputFactors.map { FloatPointer($0.pointer(at: 0, count: end)) }
    for block in piece.blocks {
      if rows.isFirst {
        let start = matrix.blocks.offset(of: block, rows: matrix.rowCount)
        packed.elements[start..<start + matrix.rowCount * matrix.blocks.width(of: block)].fill(with: 0)
      }
      for step in rows.steps {
        kernels.addRowGradients(
          step, characters, gates, matrix.blocks, block, matrix.rowCount, factors, packed.pointer)
      }
    }
  }

  /// Adds the gradients of embeddings, with tied embeddings to those of the decoder.
  private func addEmbeddingGradients(
    _ matrix: ParameterLayout.Matrix, _ piece: WeightGradientPiece, _ rows: Rows, to gradients: FloatBuffer
  ) {
    let table = matrix.packed(in: gradients)
    if layout.configuration.embedding?.isTied == false {
      piece.forEachRegion { gradients[$0].fill(with: 0) }
    }
    let rowStride = layout.configuration.inputStride(ofLayer: 0)
    let end = rows.range.upperBound
    for step in rows.steps {
      kernels.addEmbeddingGradients(
        step, workspace.characters.pointer(at: 0, count: end),
        workspace.embeddedGradient.pointer(at: 0, count: end * rowStride), rowStride, piece.inputRange(of: matrix),
        table.pointer, table.blocks, table.terms)
    }
  }

  /// The factor of gate gradients and the distance of its rows; 0 if all rows are the same.
  private func inputs(_ operand: WeightGradientFactors.Operand) -> (rows: FloatView, stride: Int) {
    let stride = workspace.stateStride
    return switch operand {
    case .previousHidden(let layer): (workspace.layers[layer].previousHidden.view, stride)
    case .output(let layer): (workspace.outputs(ofLayer: layer), stride)
    case .resetHidden(let layer): (workspace.layers[layer].resetHidden.view, stride)
    case .embedded: (workspace.embedded.view, layout.configuration.inputStride(ofLayer: 0))
    case .one, .characters, .embeddingGradients: (one.view, 0)
    }
  }

  private func gateGradients(_ source: WeightGradientFactors.Source, _ gates: Range<Int>) -> BlockedRows {
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
    case .embeddings: ofState(nil)
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
    case .gates, .logits, .embeddings, .normalizedProducts, .connection: false
    case .gain, .peephole, .cellGain, .cellBias: true
    }
  }
}

extension NormalizedGroup {
  fileprivate subscript(part: WeightGradientFactors.Part) -> Preactivations { part == .input ? input : recurrent }
}
