internal import KernelTemplates

extension RecurrentPass {
  /// Computes the gradients of all pre-activations, in place of the gates, from ∂L/∂h of the last layer.
  package func backward(rows: Range<Int>) {
    guard let transposes else { return }
    for layer in (0..<configuration.layerCount).reversed() {
      var step = makeStep(layer: layer, rows: rows)
      let normalization = makeNormalization(layer: layer, rows: rows)
      resetGainGradients(layer: layer, rows: rows)
      resetPeepholeGradients(layer: layer, rows: rows)
      // Truncation: no gradient comes from beyond the chunk.
      workspace.hiddenGradient[workspace.stateRange(rows)].fill(with: 0)
      workspace.cellGradient[workspace.stateRange(rows)].fill(with: 0)
      for steps in stepBlocks.reversed() {
        for t in steps.reversed() {
          place(&step, layer: layer, at: t..<t + 1, rows: rows)
          recordStateGradients(beforeStep: t, layer: layer, rows: rows)
          backwardStep(step, normalization, through: transposes.layers[layer], rows: rows)
          recordStateGradients(afterStep: t, layer: layer, rows: rows)
          endSequences(at: t, rows: rows)
        }
        computeInputGradients(
          step, normalization, steps, rows: rows, layer: layer, through: transposes.layers[layer])
        if layer > 0 {
          connectionBackward(ofLayer: layer - 1, steps, rows: rows)
          dropOutputGradients(ofLayer: layer - 1, steps, rows: rows)
        } else {
          dropEmbeddingGradients(steps, rows: rows)
        }
      }
    }
  }

  /// Computes the gradients of the pre-activations of one step, and ∂L/∂h′.
  private func backwardStep(
    _ step: CellStep, _ normalization: NormalizedLayer?, through transposes: [TransposedWeights.Group], rows: Range<Int>
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
      let isResetHidden = description.recurrentFactor == .resetHidden
      let gradient = isResetHidden ? workspace.resetHiddenGradient : workspace.hiddenGradient
      kernels.multiply(
        StepRows(step.rows), gateRows(group, description.recurrentGates, step.gateRow),
        by: transposes[index].recurrent.packed, from: isResetHidden || !cell.carriesHidden ? .zero : .result,
        into: stateResult(gradient.view, 0..<1, rows))
    }
  }

  /// Overwrites ∂L/∂output of the layer with ∂L/∂input, or computes ∂L/∂embedded of layer 0; a skip-connection term
  /// already there is kept. `step` is the first of `steps`.
  private func computeInputGradients(
    _ step: CellStep, _ normalization: NormalizedLayer?, _ steps: Range<Int>, rows: Range<Int>, layer: Int,
    through transposes: [TransposedWeights.Group]
  ) {
    let stepRows = stepRows(steps, rows)
    var result = stateResult(workspace.outputGradient.view, steps, rows)
    if layer == 0, layout.embedding != nil {
      let rowStride = configuration.inputStride(ofLayer: 0)
      result = BlockedRows(
        rowMajor: workspace.embeddedGradient.view[(rowIndex(step: steps.lowerBound, rows: rows) * rowStride)...],
        rows: stepRows.extent, columns: configuration.inputSize(ofLayer: 0), rowStride: rowStride)
    }
    let hasSkipOutput = !workspace.layers[layer].skipOutput.isEmpty
    for (index, description) in cell.groups.enumerated() {
      guard let input = transposes[index].input else { continue }
      var group = step.group(index)
      if let normalization { group.gates = normalization.groups[index].input.sums }
      kernels.multiply(
        stepRows, gateRows(group, description.inputGates, step.gateRow), by: input.packed,
        from: index == 0 && !hasSkipOutput ? .zero : .result, into: result)
    }
  }
}
