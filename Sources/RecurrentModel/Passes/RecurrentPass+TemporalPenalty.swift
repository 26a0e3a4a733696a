internal import KernelTemplates

extension RecurrentPass {
  /// Adds the gradient of temporal activation regularization to ∂L/∂h of the last layer. Called while it is in the
  /// cache.
  ///
  /// With T counted predictions and H units, the loss has the additional term β/(TH) Σ‖h_t − h_{t−1}‖², summed over the
  /// steps whose predictions are counted; h_{t−1} is zero where a sequence starts (Merity, McCann and Socher 2017).
  func penalizeChanges(_ steps: Range<Int>, rows: Range<Int>, scale: Float, _ regularization: Regularization) {
    guard regularization.temporal > 0 else { return }
    let factor = 2 * scale * Float(regularization.temporal) / Float(configuration.hiddenSize)
    let last = configuration.layerCount - 1
    let layer = workspace.layers[last]
    let h = layer.hidden.view[workspace.stepStride...]
    let previous = workspace.holdsSequences ? layer.previousHidden.view : layer.hidden.view
    let gradient = workspace.hiddenGradients(ofLayer: last)
    // Whole columns: padding is zero and stays zero.
    let count = Blocks(units: configuration.hiddenSize, gates: 1).size(rows: 1)
    for t in steps {
      for row in rows {
        let continues = t + 1 < stepCount && isCounted(row, at: t + 1) && !startsSequence(row, at: t + 1)
        let offset = stateOffset(step: t, rows: row..<row + 1)
        let nextOffset = continues ? offset + workspace.stepStride : offset
        kernels.addTemporalPenalty(
          count, h.pointer(at: offset, count: count), previous.pointer(at: offset, count: count),
          isCounted(row, at: t) ? factor : 0, h.pointer(at: nextOffset, count: count), continues ? factor : 0,
          gradient.pointer(at: offset, count: count))
      }
    }
  }

  private func isCounted(_ row: Int, at t: Int) -> Bool { workspace.targets[t * workspace.batchSize + row] >= 0 }
}
