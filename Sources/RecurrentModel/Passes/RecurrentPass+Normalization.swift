internal import KernelTemplates

/// The operands of layer normalization in one layer, for some rows of the batch.
struct NormalizedLayer {
  struct Group {
    var input: NormalizedSums
    var recurrent: NormalizedSums
    /// In the place of the bias.
    var zeros: FloatPointer
  }

  var groups: [Group]
  /// Nil in cells without a cell state.
  var cell: NormalizedCellState?
}

/// The steps of layers whose sums are normalized: products, normalization and gates one after the other, where without
/// it one kernel does them all.
extension RecurrentPass {
  /// Nil if the model has no layer normalization.
  func makeNormalization(layer: Int, rows: Range<Int>) -> NormalizedLayer? {
    guard layout.configuration.normalization == .layer else { return nil }
    let weights = UnsafePointer(parameters.pointer)
    let descriptions = layout.configuration.cell.description.groups
    var normalized = NormalizedLayer(groups: [])
    for (index, buffers) in workspace.layers[layer].normalization.enumerated() {
      guard let parameters = layout.layers[layer][index].normalization else { return nil }
      func sums(_ gates: Range<Int>, _ gain: ParameterLayout.Matrix, _ buffers: NormalizedGroup.Sums) -> NormalizedSums
      {
        NormalizedSums(
          gates: gates, gain: weights + gain.offset, gainBlocks: gain.blocks, sums: buffers.sums.pointer,
          scales: buffers.scales.pointer, gainGradient: buffers.gainGradient.pointer, firstRow: rows.lowerBound)
      }
      normalized.groups.append(
        .init(
          input: sums(descriptions[index].inputGates, parameters.inputGain, buffers.input),
          recurrent: sums(descriptions[index].recurrentGates, parameters.recurrentGain, buffers.recurrent),
          zeros: UnsafePointer(buffers.zeros.pointer)))
      guard let state = buffers.cell, let gain = parameters.cellGain, let bias = parameters.cellBias else { continue }
      let firstState = rows.lowerBound * workspace.stateStride
      normalized.cell = NormalizedCellState(
        gain: weights + gain.offset, bias: weights + bias.offset, normalized: state.normalized.pointer,
        scales: state.scales.pointer, gainGradient: state.gainGradient.pointer + firstState,
        biasGradient: state.biasGradient.pointer + firstState)
    }
    return normalized
  }

  /// What does not wait for h′, for all steps of `step`: with normalization not yet in the places of the gates.
  func computeInputSums(_ step: CellStep, _ normalization: NormalizedLayer?) {
    for index in layout.configuration.cell.description.groups.indices {
      var group = step.group(index)
      if let normalized = normalization?.groups[index] {
        group.gates = normalized.input.sums
        group.bias = normalized.zeros
      }
      kernels.inputSums(step, group)
    }
  }

  /// One step forward, from the sums over inputs.
  func takeStep(_ step: CellStep, _ normalization: NormalizedLayer) {
    let descriptions = layout.configuration.cell.description.groups
    for (index, kernel) in cellKernels.normalizedForward.enumerated() {
      let (group, normalized) = (step.group(index), normalization.groups[index])
      let isResetHidden = descriptions[index].recurrentFactor == .resetHidden
      var sums = group
      sums.gates = normalized.recurrent.sums
      kernels.multiply(
        StepRows(step.rows),
        BlockedRows(
          oneBlock: isResetHidden ? UnsafePointer(step.resetHidden) : step.previousHidden, columns: step.hiddenSize,
          rowStride: step.stateStride),
        group.recurrentWeights, group.recurrentBlocks, step.hiddenSize, .zero,
        gateRows(sums, descriptions[index].recurrentGates, step.gateRow))
      kernels.normalization.startFromBias(step, group)
      kernels.normalization.addNormalized(step, group, normalized.input)
      kernels.normalization.addNormalized(step, group, normalized.recurrent)
      kernel(step)
    }
    if let cell = normalization.cell { kernels.normalization.lstmOutput(step, cell) }
  }

  /// One step back through one group: the gradients of its gates, and those of both sums in the places of these.
  func takeGatesBack(_ step: CellStep, group index: Int, _ normalization: NormalizedLayer) {
    if let cell = normalization.cell { kernels.normalization.lstmOutputGradients(step, cell) }
    cellKernels.normalizedBackward[index](step)
    kernels.normalization.gradients(step, step.group(index), normalization.groups[index].input)
    kernels.normalization.gradients(step, step.group(index), normalization.groups[index].recurrent)
  }

  /// Sets the gradients of gains, which are summed step by step, to zero.
  func resetGainGradients(layer: Int, rows: Range<Int>) {
    for (group, buffers) in zip(layout.layers[layer], workspace.layers[layer].normalization) {
      let blocks = group.bias.blocks
      for block in 0..<blocks.count {
        let first = blocks.offset(of: block, rows: workspace.batchSize) + rows.lowerBound * blocks.width(of: block)
        for gradient in [buffers.input.gainGradient, buffers.recurrent.gainGradient] {
          (gradient.pointer + first).update(repeating: 0, count: rows.count * blocks.width(of: block))
        }
      }
      guard let cell = buffers.cell else { continue }
      for gradient in [cell.gainGradient, cell.biasGradient] {
        (gradient.pointer + rows.lowerBound * workspace.stateStride)
          .update(repeating: 0, count: rows.count * workspace.stateStride)
      }
    }
  }
}
