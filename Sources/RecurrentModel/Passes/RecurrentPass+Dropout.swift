internal import KernelTemplates

extension RecurrentPass {
  /// Draws the dropout factors of the inputs of layer 0.
  func dropInputs(_ steps: Range<Int>, rows: Range<Int>) {
    guard let mask = masks?.input, let factors = workspace.inputFactors else { return }
    for t in steps {
      for row in rows { factors[t * workspace.batchSize + row] = mask.factor(ofRow: row, step: t) }
    }
    if layout.embedding != nil { scaleRows(of: workspace.embedded, by: factors, steps, rows: rows) }
  }

  /// Turns the gradient of the inputs of layer 0 into that of the embeddings before dropout.
  func dropEmbeddingGradients(_ steps: Range<Int>, rows: Range<Int>) {
    guard let factors = workspace.inputFactors, layout.embedding != nil else { return }
    scaleRows(of: workspace.embeddedGradient, by: factors, steps, rows: rows)
  }

  private func scaleRows(of buffer: FloatBuffer, by factors: FloatBuffer, _ steps: Range<Int>, rows: Range<Int>) {
    let stride = configuration.inputStride(ofLayer: 0)
    for t in steps {
      for row in rows {
        let index = t * workspace.batchSize + row
        let factor = factors[index]
        let values = buffer[index * stride..<(index + 1) * stride]
        for column in 0..<stride { values[column] *= factor }
      }
    }
  }

  func dropOutputs(ofLayer layer: Int, _ steps: Range<Int>, rows: Range<Int>) {
    guard let mask = masks?.output(ofLayer: layer) else { return }
    let hidden = workspace.layers[layer].hidden.view[workspace.stepStride...]
    drop(mask, steps, rows: rows, hidden, workspace.visibleHidden(ofLayer: layer))
  }

  /// Turns the gradient of h with dropout into that of h. Called while it is in the cache.
  func dropOutputGradients(ofLayer layer: Int, _ steps: Range<Int>, rows: Range<Int>) {
    guard let mask = masks?.output(ofLayer: layer) else { return }
    let gradient = workspace.hiddenGradients(ofLayer: layer)
    drop(mask, steps, rows: rows, gradient, gradient)
  }

  /// `source` and `result` are (step, batch, stateStride).
  private func drop(_ mask: StateMask, _ steps: Range<Int>, rows: Range<Int>, _ source: FloatView, _ result: FloatView)
  {
    // Whole columns: padding is zero and stays zero.
    let count = Blocks(units: configuration.hiddenSize, gates: 1).size(rows: 1)
    for t in steps {
      kernels.dropOut(
        mask.mask, mask.row(rows.lowerBound, step: t), rows.count, 0, count, states(source, at: t, rows),
        workspace.stateStride, states(result, at: t, rows))
    }
  }
}
