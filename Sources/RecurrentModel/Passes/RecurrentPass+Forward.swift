internal import KernelTemplates

extension RecurrentPass {
  /// Computes h of every layer and step, starting from the carried state.
  package func forward(_ share: PassShare) {
    let rows = share.cellRows
    lookUpEmbeddings(rows: share.rows)
    for layer in 0..<configuration.layerCount {
      var step = makeStep(layer: layer, share)
      let normalization = makeNormalization(layer: layer, rows: rows)
      for steps in stepBlocks {
        if layer == 0 { dropInputs(steps, rows: share.rows) }
        share.meet()
        place(&step, layer: layer, at: steps, rows: rows)
        inputPreactivations(step, normalization)
        for t in steps {
          place(&step, layer: layer, at: t..<t + 1, rows: rows)
          if workspace.holdsSequences { startSequences(layer: layer, at: t, rows: rows) }
          if let normalization {
            normalizedForward(step, normalization)
          } else {
            for kernel in cellKernels.forward {
              kernel(step)
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
  func inputPreactivations(_ step: CellStep, _ normalization: NormalizedLayer?) {
    for index in cell.groups.indices {
      var group = step.group(index)
      if let normalized = normalization?.groups[index] {
        group.gates = normalized.input.sums
        group.bias = FloatPointer(normalized.zeros.pointer(at: 0, count: group.blocks.size(rows: 1)))
      }
      kernels.inputSums(step, group)
    }
  }
}
