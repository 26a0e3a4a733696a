internal import KernelTemplates

extension RecurrentPass {
  /// Decides which characters layer 0 does not see.
  func dropInputs(_ steps: Range<Int>, rows: Range<Int>) {
    guard let mask = masks?.input, let factors = workspace.inputFactors else { return }
    for t in steps {
      for row in rows { factors.pointer[t * workspace.batchSize + row] = mask.factor(ofRow: row, step: t) }
    }
    if layout.embedding != nil { scaleRows(of: workspace.embedded, by: factors, steps, rows: rows) }
  }

  /// Takes the gradient of what layer 0 has seen to that of the embeddings.
  func dropEmbeddingGradients(_ steps: Range<Int>, rows: Range<Int>) {
    guard let factors = workspace.inputFactors, layout.embedding != nil else { return }
    scaleRows(of: workspace.embeddedGradient, by: factors, steps, rows: rows)
  }

  /// Multiplies each row of embeddings with its factor.
  private func scaleRows(of buffer: FloatBuffer, by factors: FloatBuffer, _ steps: Range<Int>, rows: Range<Int>) {
    let stride = layout.configuration.inputStride(ofLayer: 0)
    for t in steps {
      for row in rows {
        let index = t * workspace.batchSize + row
        let factor = factors.pointer[index]
        let values = buffer.pointer + index * stride
        for column in 0..<stride { values[column] *= factor }
      }
    }
  }

  /// Leaves of what a layer has computed what may be seen from above.
  func dropOutputs(ofLayer layer: Int, _ steps: Range<Int>, rows: Range<Int>) {
    guard let mask = masks?.output(ofLayer: layer) else { return }
    drop(
      mask, steps, rows: rows, workspace.layers[layer].hidden.pointer + workspace.stepStride,
      workspace.visibleHidden(ofLayer: layer))
  }

  /// Takes the gradient of what has been seen from above to that of what the layer has computed. Best done while it is
  /// still in the cache.
  func dropOutputGradients(ofLayer layer: Int, _ steps: Range<Int>, rows: Range<Int>) {
    guard let mask = masks?.output(ofLayer: layer) else { return }
    let gradient = workspace.hiddenGradients(ofLayer: layer)
    drop(mask, steps, rows: rows, gradient, gradient)
  }

  /// Both arrays are (step, batch, stateStride).
  private func drop(
    _ mask: StateMask, _ steps: Range<Int>, rows: Range<Int>, _ source: UnsafeMutablePointer<Float>,
    _ result: UnsafeMutablePointer<Float>
  ) {
    // Whole columns: what is beyond the units is zero, and stays so.
    let count = Blocks(units: layout.configuration.hiddenSize, gates: 1).size(rows: 1)
    for t in steps {
      let offset = t * workspace.stepStride + rows.lowerBound * workspace.stateStride
      kernels.dropOut(
        mask.mask, mask.row(rows.lowerBound, step: t), rows.count, 0, count, source + offset, workspace.stateStride,
        result + offset)
    }
  }
}
