internal import KernelTemplates

/// The time loop: forward through all layers and steps of a chunk, and back (truncated BPTT), written once for all
/// cells.
///
/// The rows of a batch are independent of one another, so each thread takes its rows all the way without waiting.
struct RecurrentPass {
  let kernels: KernelSet
  let layout: ParameterLayout
  let parameters: FloatBuffer
  /// Nil if there is no way back.
  let transposes: TransposedWeights?
  let workspace: Workspace
  let characters: UnsafePointer<Int32>  // (step, batch)
  let stepCount: Int

  private var configuration: ModelConfiguration { layout.configuration }
  private var cellKernels: KernelSet.Cell {
    switch configuration.cell {
    case .lstm: kernels.lstm
    case .gruResetBefore: kernels.gruResetBefore
    case .gruResetAfter: kernels.gruResetAfter
    case .rnn: kernels.rnn
    }
  }

  /// h of every layer and step from the carried state on.
  func forward(rows: Range<Int>) {
    let cellKernels = cellKernels
    for layer in 0..<configuration.layerCount {
      var step = makeStep(layer: layer, rows: rows)
      for t in 0..<stepCount {
        place(&step, layer: layer, at: t, rows: rows)
        for kernel in cellKernels.forward { kernel(step) }
      }
    }
  }

  /// The logits of one step, in `workspace.logits`.
  func computeLogits(step t: Int, rows: Range<Int>) {
    kernels.multiply(
      rows.count, output(step: t, rows: rows), parameters.pointer + layout.decoderWeight.offset,
      layout.decoderWeight.blocks, configuration.hiddenSize, .bias(parameters.pointer + layout.decoderBias.offset),
      logits(step: t, rows: rows))
  }

  /// Losses of every step and row, in `workspace.losses`, and of training the gradients of what the last layer puts
  /// out.
  ///
  /// - Parameters:
  ///   - targets: (step, batch); negative ones do not count.
  ///   - scale: 1 / (characters that count), the factor of all gradients.
  func computeLosses(targets: UnsafePointer<Int32>, scale: Float, rows: Range<Int>) {
    for t in 0..<stepCount {
      let first = t * workspace.batchSize + rows.lowerBound
      let logits = logits(step: t, rows: rows)
      computeLogits(step: t, rows: rows)
      kernels.softmaxCrossEntropy(
        rows.count, logits, configuration.vocabularySize, targets + first, scale, workspace.losses.pointer + first,
        transposes != nil)
      guard let transposes else { continue }
      kernels.multiply(
        rows.count, logits, transposes.decoder.pointer, transposes.decoder.blocks, transposes.decoder.terms, .zero,
        stateRows(workspace.outputGradient.pointer + first * workspace.stateStride))
    }
  }

  /// The gradients of all gates, in their place, from those of the last layer's output.
  func backward(rows: Range<Int>) {
    guard let transposes else { return }
    let cellKernels = cellKernels
    let groups = configuration.cell.description.groups
    for layer in (0..<configuration.layerCount).reversed() {
      var step = makeStep(layer: layer, rows: rows)
      // Truncation: nothing comes from beyond the chunk.
      let stateCount = rows.count * workspace.stateStride
      step.hiddenGradient.update(repeating: 0, count: stateCount)
      step.cellGradient.update(repeating: 0, count: stateCount)
      for t in (0..<stepCount).reversed() {
        place(&step, layer: layer, at: t, rows: rows)
        for index in groups.indices.reversed() {
          cellKernels.backward[index](step)
          let group = groups[index]
          let transposed = transposes.layers[layer][index]
          let gates = step.group(index)
          let isResetHidden = group.recurrentFactor == .resetHidden
          kernels.multiply(
            rows.count, gateRows(gates, group.recurrentGates, step.gateRow), transposed.recurrent.pointer,
            transposed.recurrent.blocks, transposed.recurrent.terms, isResetHidden ? .zero : .result,
            stateRows(isResetHidden ? step.resetHiddenGradient : step.hiddenGradient))
          guard let input = transposed.input else { continue }
          // What the layer below puts out; this layer has read its own gradient there.
          kernels.multiply(
            rows.count, gateRows(gates, group.inputGates, step.gateRow), input.pointer, input.blocks, input.terms,
            index == groups.count - 1 ? .zero : .result,
            stateRows(UnsafeMutablePointer(mutating: step.outputGradient)))
        }
      }
    }
  }

  // MARK: Views

  func logits(step t: Int, rows: Range<Int>) -> BlockedRows {
    BlockedRows(
      workspace.logits.pointer, workspace.logitBlocks, rows: workspace.gateRows,
      firstRow: workspace.gateRow(step: t) + rows.lowerBound, firstGate: 0, gateCount: 1)
  }

  private func output(step t: Int, rows: Range<Int>) -> BlockedRows {
    let hidden = workspace.layers[configuration.layerCount - 1].hidden.pointer
    return stateRows(hidden + (t + 1) * workspace.stepStride + rows.lowerBound * workspace.stateStride)
  }

  private func stateRows(_ pointer: UnsafeMutablePointer<Float>) -> BlockedRows {
    BlockedRows(rowMajor: pointer, columns: configuration.hiddenSize, rowStride: workspace.stateStride)
  }

  private func gateRows(_ group: GateGroup, _ gates: Range<Int>, _ firstRow: Int) -> BlockedRows {
    BlockedRows(
      group.gates, group.blocks, rows: group.gateRows, firstRow: firstRow, firstGate: gates.lowerBound,
      gateCount: gates.count)
  }

  /// All of a layer's operands but those that change from step to step.
  private func makeStep(layer: Int, rows: Range<Int>) -> CellStep {
    let activations = workspace.layers[layer]
    let weights = UnsafePointer(parameters.pointer)
    let groups = zip(layout.layers[layer], activations.gates).map { group, gates in
      GateGroup(
        blocks: group.bias.blocks, bias: weights + group.bias.offset,
        inputWeights: weights + group.input.offset, inputBlocks: group.input.blocks,
        recurrentWeights: weights + group.recurrent.offset, recurrentBlocks: group.recurrent.blocks,
        gates: gates.pointer, gateRows: workspace.gateRows)
    }
    let firstState = rows.lowerBound * workspace.stateStride
    let below = layer > 0 ? workspace.layers[layer - 1].hidden.pointer : activations.hidden.pointer
    var step = CellStep(
      rows: rows.count, hiddenSize: configuration.hiddenSize, inputSize: configuration.inputSize(ofLayer: layer),
      stateStride: workspace.stateStride, input: UnsafePointer(below), state: activations.hidden.pointer,
      firstGroup: groups[0], secondGroup: groups[groups.count - 1])
    step.hiddenGradient = workspace.hiddenGradient.pointer + firstState
    step.cellGradient = workspace.cellGradient.pointer + firstState
    step.resetHiddenGradient = workspace.resetHiddenGradient.pointer + firstState
    return step
  }

  private func place(_ step: inout CellStep, layer: Int, at t: Int, rows: Range<Int>) {
    let activations = workspace.layers[layer]
    let before = t * workspace.stepStride + rows.lowerBound * workspace.stateStride
    let after = before + workspace.stepStride
    step.gateRow = workspace.gateRow(step: t) + rows.lowerBound
    if layer == 0 {
      step.characters = characters + t * workspace.batchSize + rows.lowerBound
    } else {
      step.input = UnsafePointer(workspace.layers[layer - 1].hidden.pointer + after)
    }
    step.previousHidden = UnsafePointer(activations.hidden.pointer + before)
    step.hidden = activations.hidden.pointer + after
    if activations.cell.count > 0 {
      step.previousCell = UnsafePointer(activations.cell.pointer + before)
      step.cell = activations.cell.pointer + after
    }
    if activations.resetHidden.count > 0 { step.resetHidden = activations.resetHidden.pointer + before }
    if workspace.outputGradient.count > 0 {
      step.outputGradient = UnsafePointer(workspace.outputGradient.pointer + before)
    }
  }
}

extension CellStep {
  fileprivate func group(_ index: Int) -> GateGroup { index == 0 ? firstGroup : secondGroup }
}

/// Cuts the rows of a batch into nearly equal shares.
package func rowShare(_ share: Int, of shareCount: Int, rows: Int) -> Range<Int> {
  rows * share / shareCount..<rows * (share + 1) / shareCount
}
