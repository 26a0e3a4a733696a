internal import KernelTemplates

/// The operands of layer normalization in one layer, for some rows of the mini-batch.
struct NormalizedLayer: Sendable {
  struct Group: Sendable {
    var input: NormalizedSums
    var recurrent: NormalizedSums
    var zeros: FloatView  // replaces the bias
  }

  var groups: [Group]
  var cell: NormalizedCellState?  // nil without a cell state
}

// With layer normalization, products, normalization and gates have separate kernels; without it, one computes them all.
extension RecurrentPass {
  /// Nil if the model has no layer normalization.
  func makeNormalization(layer: Int, rows: Range<Int>) -> NormalizedLayer? {
    guard configuration.normalization == .layer else { return nil }
    var normalized = NormalizedLayer(groups: [])
    for (index, buffers) in workspace.layers[layer].normalization.enumerated() {
      let group = cell.groups[index]
      let blocks = layout.layers[layer][index].bias.blocks
      guard let gains = layout.layers[layer][index].normalization else { return nil }
      normalized.groups.append(
        .init(
          input: normalizedSums(buffers.input, group.inputGates, gains.inputGain, blocks, rows),
          recurrent: normalizedSums(buffers.recurrent, group.recurrentGates, gains.recurrentGain, blocks, rows),
          zeros: buffers.zeros.view))
      guard let state = buffers.cell, let gain = gains.cellGain, let bias = gains.cellBias else { continue }
      normalized.cell = NormalizedCellState(
        gain: FloatPointer(gain.packed(in: parameters).pointer),
        bias: FloatPointer(bias.packed(in: parameters).pointer),
        normalized: state.normalized.pointer(at: 0, count: workspace.gateRows * workspace.stateStride),
        scales: state.scales.pointer(at: 0, count: workspace.gateRows),
        gainGradient: states(state.gainGradient.view, at: 0, rows),
        biasGradient: states(state.biasGradient.view, at: 0, rows))
    }
    return normalized
  }

  /// - Parameter blocks: Blocks of the whole group.
  private func normalizedSums(
    _ buffers: NormalizedGroup.Preactivations, _ gates: Range<Int>, _ gain: ParameterLayout.Matrix, _ blocks: Blocks,
    _ rows: Range<Int>
  ) -> NormalizedSums {
    let gradient = buffers.gainGradient
    return NormalizedSums(
      gates: gates, gain: FloatPointer(gain.packed(in: parameters).pointer), gainBlocks: gain.blocks,
      sums: buffers.values.pointer(at: 0, count: blocks.size(rows: workspace.gateRows)),
      scales: buffers.scales.pointer(at: 0, count: workspace.gateRows * blocks.gates),
      gainGradient: gradient.pointer(at: 0, count: gradient.isEmpty ? 0 : blocks.size(rows: workspace.batchSize)),
      firstRow: rows.lowerBound)
  }

  /// Computes one step forward, from the input products.
  func normalizedForward(_ step: CellStep, layer: Int, _ normalization: NormalizedLayer) {
    for (index, kernel) in cellKernels.normalizedForward.enumerated() {
      let (group, normalized) = (step.group(index), normalization.groups[index])
      var products = group
      products.gates = normalized.recurrent.sums
      multiply(
        StepRows(step.rows), recurrentFactor(step, group: index),
        by: recurrentWeights(layer: layer, group: index), blocks: 0..<group.blocks.count,
        firstRow: step.gateRow, from: .zero, into: gateRows(products, normalized.recurrent.gates, step.gateRow))
      kernels.normalization.startFromBias(step, group)
      kernels.normalization.addNormalized(step, group, normalized.input)
      kernels.normalization.addNormalized(step, group, normalized.recurrent)
      kernel(step)
    }
    if let cell = normalization.cell { kernels.normalization.lstmOutput(step, cell) }
  }

  /// Computes the gradients of a group's pre-activations in one step, and overwrites the products with their gradients.
  func normalizedBackward(_ step: CellStep, group index: Int, _ normalization: NormalizedLayer) {
    if let cell = normalization.cell { kernels.normalization.lstmOutputGradients(step, cell) }
    cellKernels.normalizedBackward[index](step)
    kernels.normalization.gradients(step, step.group(index), normalization.groups[index].input)
    kernels.normalization.gradients(step, step.group(index), normalization.groups[index].recurrent)
  }

  /// Sets the gradients of gains, which are summed over the steps, to zero.
  func resetGainGradients(layer: Int, rows: Range<Int>) {
    for (group, buffers) in zip(layout.layers[layer], workspace.layers[layer].normalization) {
      let blocks = group.bias.blocks
      for block in 0..<blocks.count {
        let width = blocks.width(of: block)
        let first = blocks.offset(of: block, rows: workspace.batchSize) + rows.lowerBound * width
        for gradient in [buffers.input.gainGradient, buffers.recurrent.gainGradient] {
          gradient[first..<first + rows.count * width].fill(with: 0)
        }
      }
      guard let cell = buffers.cell else { continue }
      for gradient in [cell.gainGradient, cell.biasGradient] { gradient[workspace.stateRange(rows)].fill(with: 0) }
    }
  }
}
