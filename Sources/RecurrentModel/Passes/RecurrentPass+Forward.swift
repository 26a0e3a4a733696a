internal import KernelTemplates

extension RecurrentPass {
  /// Computes h of every layer and step, starting from the carried state.
  package func forward(_ share: PassShare) {
    precondition(scratch == nil || share.computesAllUnits, "threads that divide units would round the same rows")
    let rows = share.cellRows
    lookUpEmbeddings(rows: share.rows)
    for layer in 0..<configuration.layerCount {
      var step = makeStep(layer: layer, share)
      let normalization = makeNormalization(layer: layer, rows: rows)
      for steps in stepBlocks {
        if layer == 0 { dropInputs(steps, rows: share.rows) }
        share.meet()
        place(&step, layer: layer, at: steps, rows: rows)
        inputPreactivations(step, layer: layer, normalization)
        for t in steps {
          place(&step, layer: layer, at: t..<t + 1, rows: rows)
          if workspace.holdsSequences { startSequences(layer: layer, at: t, rows: rows) }
          if let normalization {
            normalizedForward(step, layer: layer, normalization)
          } else {
            for group in cellKernels.forward.indices {
              cellForward(step, layer: layer, group: group)
              share.meet()
            }
          }
        }
        dropOutputs(ofLayer: layer, steps, rows: share.rows)
        connectionForward(ofLayer: layer, steps, rows: share.rows)
      }
    }
    share.meet()
  }

  func lookUpEmbeddings(rows: Range<Int>) {
    guard let embedding = layout.embedding else { return }
    let count = stepCount * workspace.batchSize
    let rowStride = configuration.inputStride(ofLayer: 0)
    let characters = workspace.characters.pointer(at: 0, count: count)
    let result = workspace.embedded.pointer(at: 0, count: count * rowStride)
    for t in 0..<stepCount {
      let first = rowIndex(step: t, rows: rows)
      kernels.lookUpEmbeddings(
        first..<first + rows.count, characters, embedding.packed(in: parameters).pointer, embedding.blocks,
        embedding.rowCount, result, rowStride)
    }
  }

  /// Computes x W + b for all steps of `step`; with layer normalization, x W alone, in a separate array.
  func inputPreactivations(_ step: CellStep, layer: Int, _ normalization: NormalizedLayer?) {
    for index in cell.groups.indices {
      var group = step.group(index)
      if let normalized = normalization?.groups[index] {
        group.gates = normalized.input.sums
        group.bias = FloatPointer(normalized.zeros.pointer(at: 0, count: group.blocks.size(rows: 1)))
      }
      inputPreactivations(step, layer: layer, index, group)
    }
  }

  /// - Parameter group: The group of gates with the index `index`.
  func inputPreactivations(_ step: CellStep, layer: Int, _ index: Int, _ group: GateGroup) {
    kernels.inputSums(step, group)
    guard compact != nil, configuration.multipliesInput(ofLayer: layer), !group.blockRange.isEmpty else { return }
    multiply(
      step.allRows, BlockedRows(oneBlock: step.input, columns: step.inputSize, rowStride: step.inputStride),
      by: inputWeights(layer: layer, group: index), blocks: group.blockRange, firstRow: step.gateRow,
      from: .result, into: gateRows(group, cell.groups[index].inputGates, step.gateRow, blocks: group.blockRange))
  }

  /// Computes the gates of a group and, if it is the last one, the state of one step.
  func cellForward(_ step: CellStep, layer: Int, group index: Int) {
    let group = step.group(index)
    if compact != nil, !group.blockRange.isEmpty {
      multiply(
        StepRows(step.rows), recurrentFactor(step, group: index),
        by: recurrentWeights(layer: layer, group: index), blocks: group.blockRange, firstRow: step.gateRow,
        from: .result, into: gateRows(group, cell.groups[index].recurrentGates, step.gateRow, blocks: group.blockRange))
    }
    cellKernels.forward[index](step)
  }

  /// The left factor of a group's recurrent product: h′ or r ∘ h′.
  func recurrentFactor(_ step: CellStep, group index: Int) -> BlockedRows {
    let isResetHidden = cell.groups[index].recurrentFactor == .resetHidden
    return BlockedRows(
      oneBlock: isResetHidden ? FloatPointer(step.resetHidden) : step.previousHidden, columns: step.hiddenSize,
      rowStride: step.stateStride)
  }
}
