internal import KernelTemplates

extension RecurrentPass {
  /// Computes the gradients of all pre-activations, in place of the gates, from ∂L/∂h of the last layer.
  package func backward(_ share: PassShare) {
    guard let transposes else { return }
    let rows = share.cellRows
    for layer in (0..<configuration.layerCount).reversed() {
      var step = makeStep(layer: layer, share)
      let normalization = makeNormalization(layer: layer, rows: rows)
      resetGainGradients(layer: layer, rows: share.rows)
      resetPeepholeGradients(layer: layer, rows: share.rows)
      // Truncation: no gradient comes from beyond the chunk.
      workspace.hiddenGradient[workspace.stateRange(share.rows)].fill(with: 0)
      workspace.cellGradient[workspace.stateRange(share.rows)].fill(with: 0)
      share.meet()
      for steps in stepBlocks.reversed() {
        for t in steps.reversed() {
          place(&step, layer: layer, at: t..<t + 1, rows: rows)
          recordStateGradients(beforeStep: t, layer: layer, rows: rows)
          backwardStep(step, normalization, through: transposes.layers[layer], share)
          recordStateGradients(afterStep: t, layer: layer, rows: rows)
          endSequences(at: t, rows: rows)
        }
        computeInputGradients(step, normalization, steps, share, layer: layer, through: transposes.layers[layer])
        share.meet()
        if layer > 0 {
          connectionBackward(ofLayer: layer - 1, steps, rows: share.rows)
          dropOutputGradients(ofLayer: layer - 1, steps, rows: share.rows)
        } else {
          dropEmbeddingGradients(steps, rows: share.rows)
        }
      }
    }
  }

  /// Computes the gradients of the pre-activations of one step, and ∂L/∂h′.
  private func backwardStep(
    _ step: CellStep, _ normalization: NormalizedLayer?, through transposes: [TransposedWeights.Group],
    _ share: PassShare
  ) {
    for index in cell.groups.indices.reversed() {
      let description = cell.groups[index]
      var group = step.group(index)
      if let normalization {
        normalizedBackward(step, group: index, normalization)
        group.gates = normalization.groups[index].recurrent.sums
      } else {
        cellKernels.backward[index](step)
      }
      share.meet()
      let isResetHidden = description.recurrentFactor == .resetHidden
      let gradient = isResetHidden ? workspace.resetHiddenGradient : workspace.hiddenGradient
      multiply(
        StepRows(step.rows), gateRows(group, description.recurrentGates, step.gateRow),
        by: share.parts(of: transposes[index].recurrent),
        from: isResetHidden || !cell.carriesHidden ? .zero : .result
      ) { stateResult(gradient.view, 0..<1, share.cellRows, units: $0) }
      // The kernel that reads these units of the gradient runs on the thread that computed them, if it has the same
      // blocks.
      if cell.groups.count > 1 { share.meet() }
    }
  }

  /// Overwrites ∂L/∂output of the layer with ∂L/∂input, or computes ∂L/∂embedded of layer 0; a skip-connection term
  /// already there is kept. `step` is the first of `steps`.
  private func computeInputGradients(
    _ step: CellStep, _ normalization: NormalizedLayer?, _ steps: Range<Int>, _ share: PassShare, layer: Int,
    through transposes: [TransposedWeights.Group]
  ) {
    let rows = share.cellRows
    let stepRows = stepRows(steps, rows)
    func result(_ units: Range<Int>) -> BlockedRows {
      guard layer == 0 else { return stateResult(workspace.outputGradient.view, steps, rows, units: units) }
      let rowStride = configuration.inputStride(ofLayer: 0)
      let first = rowIndex(step: steps.lowerBound, rows: rows) * rowStride
      return BlockedRows(
        rowMajor: workspace.embeddedGradient.view[first...], rows: stepRows.extent, columns: units,
        rowStride: rowStride)
    }
    let hasSkipOutput = !workspace.layers[layer].skipOutput.isEmpty
    for (index, description) in cell.groups.enumerated() {
      guard let input = transposes[index].input else { continue }
      var group = step.group(index)
      if let normalization { group.gates = normalization.groups[index].input.sums }
      multiply(
        stepRows, gateRows(group, description.inputGates, step.gateRow), by: share.parts(of: input),
        from: index == 0 && !hasSkipOutput ? .zero : .result, into: result)
    }
  }
}
