internal import KernelTemplates

/// The time loop: forward through all layers and steps of a chunk, and back (truncated BPTT), written once for all
/// cells.
///
/// The rows of a batch are independent of one another, so each thread takes its rows all the way without waiting.
package struct RecurrentPass {
  let network: RecurrentNetwork
  let workspace: Workspace
  /// Nil without a backward pass.
  let transposes: TransposedWeights?
  let characters: UnsafePointer<Int32>  // (step, batch)
  /// Where the state is reset to zero; nil for nowhere.
  let sequenceStarts: UnsafePointer<Bool>?  // (step, batch)
  let stepCount: Int
  /// The masks of an optimizer step; nil outside training, where nothing is dropped.
  let masks: UpdateMasks?
  /// Records the norms of the state gradients in the backward pass; nil where nobody asks for them.
  package var stateGradientNorms: StateGradientNorms?

  package init(
    _ network: RecurrentNetwork, _ workspace: Workspace, transposes: TransposedWeights? = nil,
    characters: UnsafePointer<Int32>, sequenceStarts: UnsafePointer<Bool>? = nil, stepCount: Int,
    masks: UpdateMasks? = nil
  ) {
    self.network = network
    self.workspace = workspace
    self.transposes = transposes
    self.characters = characters
    self.sequenceStarts = sequenceStarts
    self.stepCount = stepCount
    self.masks = masks
  }

  var kernels: KernelSet { network.kernels }
  var cellKernels: KernelSet.Cell { network.cellKernels }
  var layout: ParameterLayout { network.layout }
  var parameters: FloatBuffer { network.parameters }
  private var configuration: ModelConfiguration { layout.configuration }

  /// h of every layer and step from the carried state on.
  package func forward(rows: Range<Int>) {
    lookUpEmbeddings(rows: rows)
    for layer in 0..<configuration.layerCount {
      var step = makeStep(layer: layer, rows: rows)
      let normalization = makeNormalization(layer: layer, rows: rows)
      forEachStretch { steps in
        // What does not wait for h′, for the whole stretch at once.
        place(&step, layer: layer, at: steps.lowerBound, rows: rows)
        step.stepCount = steps.count
        if layer == 0 { dropInputs(steps, rows: rows) }
        computeInputSums(step, normalization)
        for t in steps {
          place(&step, layer: layer, at: t, rows: rows)
          if workspace.holdsSequences { startSequences(layer: layer, at: t, rows: rows) }
          if let normalization {
            takeStep(step, normalization)
          } else {
            for kernel in cellKernels.forward { kernel(step) }
          }
        }
        dropOutputs(ofLayer: layer, steps, rows: rows)
        connectOutputs(ofLayer: layer, steps, rows: rows)
      }
    }
  }

  /// What layer 0 reads in all steps, if it reads embeddings.
  func lookUpEmbeddings(rows: Range<Int>) {
    guard let embedding = layout.embedding else { return }
    for t in 0..<stepCount {
      let first = t * workspace.batchSize
      kernels.lookUpEmbeddings(
        first + rows.lowerBound..<first + rows.upperBound, characters, parameters.pointer + embedding.offset,
        embedding.blocks, embedding.rowCount, workspace.embedded.pointer, configuration.inputStride(ofLayer: 0))
    }
  }

  /// The logits of one step, in `workspace.logits`.
  func computeLogits(step t: Int, rows: Range<Int>) { computeLogits(steps: t..<t + 1, rows: rows) }

  private func computeLogits(steps: Range<Int>, rows: Range<Int>) {
    let output = workspace.outputs(ofLayer: configuration.layerCount - 1)
    computeLogits(of: output + stateOffset(step: steps.lowerBound, rows: rows), steps: steps, rows: rows)
  }

  /// The logits of some steps from what the last layer has put out in their rows.
  func computeLogits(of output: UnsafeMutablePointer<Float>, steps: Range<Int>, rows: Range<Int>) {
    kernels.multiply(
      stepRows(steps, rows), stateTerms(output),
      parameters.pointer + layout.decoderWeight.offset, layout.decoderWeight.blocks, configuration.hiddenSize,
      .bias(parameters.pointer + layout.decoderBias.offset), logits(step: steps.lowerBound, rows: rows))
  }

  /// Losses of every step and row, in `workspace.losses`, and of training the gradients of what the last layer puts
  /// out.
  ///
  /// - Parameters:
  ///   - targets: (step, batch); negative ones do not count.
  ///   - scale: 1 / (characters that count), the factor of all gradients.
  ///   - smoothing: What gradients take from the target and share among all characters. The losses are the plain ones.
  package func computeLosses(targets: UnsafePointer<Int32>, scale: Float, smoothing: Float = 0, rows: Range<Int>) {
    forEachStretch { steps in
      computeLogits(steps: steps, rows: rows)
      for t in steps {
        let first = t * workspace.batchSize + rows.lowerBound
        kernels.softmaxCrossEntropy(
          rows.count, logits(step: t, rows: rows), configuration.vocabularySize, targets + first, scale,
          smoothing, workspace.losses.pointer + first, transposes != nil)
      }
      guard let transposes else { return }
      kernels.multiply(
        stepRows(steps, rows), logits(step: steps.lowerBound, rows: rows), transposes.decoder.pointer,
        transposes.decoder.blocks, transposes.decoder.terms, .zero,
        stateRows(workspace.outputGradient.pointer + stateOffset(step: steps.lowerBound, rows: rows)))
      takeConnectionBack(ofLayer: configuration.layerCount - 1, steps, rows: rows)
      dropOutputGradients(ofLayer: configuration.layerCount - 1, steps, rows: rows)
    }
  }

  /// The gradients of all gates, in their place, from those of the last layer's output.
  package func backward(rows: Range<Int>) {
    guard let transposes else { return }
    for layer in (0..<configuration.layerCount).reversed() {
      var step = makeStep(layer: layer, rows: rows)
      let normalization = makeNormalization(layer: layer, rows: rows)
      resetGainGradients(layer: layer, rows: rows)
      resetPeepholeGradients(layer: layer, rows: rows)
      // Truncation: nothing comes from beyond the chunk.
      let stateCount = rows.count * workspace.stateStride
      step.hiddenGradient.update(repeating: 0, count: stateCount)
      step.cellGradient.update(repeating: 0, count: stateCount)
      forEachStretchReversed { steps in
        for t in steps.reversed() {
          place(&step, layer: layer, at: t, rows: rows)
          noteGradients(before: step, layer: layer, at: t, rows: rows)
          goBack(step, normalization, through: transposes.layers[layer])
          noteGradients(after: step, normalization, layer: layer, at: t, rows: rows)
          endSequences(step, at: t, rows: rows)
        }
        computeInputGradients(
          step, normalization, steps, rows: rows, layer: layer, through: transposes.layers[layer])
        if layer > 0 {
          takeConnectionBack(ofLayer: layer - 1, steps, rows: rows)
          dropOutputGradients(ofLayer: layer - 1, steps, rows: rows)
        } else {
          dropEmbeddingGradients(steps, rows: rows)
        }
      }
    }
  }

  /// One step back: the gradients of the gates, and ∂L/∂h′.
  private func goBack(
    _ step: CellStep, _ normalization: NormalizedLayer?, through transposes: [TransposedWeights.Group]
  ) {
    let description = configuration.cell.description
    let groups = description.groups
    for index in groups.indices.reversed() {
      var group = step.group(index)
      if let normalization {
        takeGatesBack(step, group: index, normalization)
        group.gates = normalization.groups[index].recurrent.sums
      } else {
        cellKernels.backward[index](step)
      }
      let recurrent = transposes[index].recurrent
      let isResetHidden = groups[index].recurrentFactor == .resetHidden
      kernels.multiply(
        StepRows(step.rows), gateRows(group, groups[index].recurrentGates, step.gateRow),
        recurrent.pointer, recurrent.blocks, recurrent.terms,
        isResetHidden || !description.carriesHidden ? .zero : .result,
        stateRows(isResetHidden ? step.resetHiddenGradient : step.hiddenGradient))
    }
  }

  /// What the layer below put out has its gradient where this layer's output had its own. What has come there past this
  /// layer stays, and the rest is added.
  ///
  /// - Parameter step: The first of `steps`.
  private func computeInputGradients(
    _ step: CellStep, _ normalization: NormalizedLayer?, _ steps: Range<Int>, rows: Range<Int>, layer: Int,
    through transposes: [TransposedWeights.Group]
  ) {
    var result = stateRows(workspace.outputGradient.pointer + stateOffset(step: steps.lowerBound, rows: rows))
    let isConnected = workspace.layers[layer].connected.count > 0
    if layer == 0, layout.embedding != nil {
      let stride = configuration.inputStride(ofLayer: 0)
      result = BlockedRows(
        rowMajor: workspace.embeddedGradient.pointer + (steps.lowerBound * workspace.batchSize + rows.lowerBound)
          * stride,
        columns: configuration.inputSize(ofLayer: 0), rowStride: stride)
    }
    for (index, description) in configuration.cell.description.groups.enumerated() {
      guard let input = transposes[index].input else { continue }
      var group = step.group(index)
      if let normalization { group.gates = normalization.groups[index].input.sums }
      kernels.multiply(
        stepRows(steps, rows), gateRows(group, description.inputGates, step.gateRow), input.pointer,
        input.blocks, input.terms, index == 0 && !isConnected ? .zero : .result, result)
    }
  }

  // MARK: Sequences

  /// Makes the state before a step: that after the one before it, or zero where a sequence starts.
  private func startSequences(layer: Int, at t: Int, rows: Range<Int>) {
    let activations = workspace.layers[layer]
    let first = stateOffset(step: t, rows: rows)
    let stride = workspace.stateStride
    for (state, previous) in [
      (activations.hidden, activations.previousHidden), (activations.cell, activations.previousCell),
    ] where previous.count > 0 {
      (previous.pointer + first).update(from: state.pointer + first, count: rows.count * stride)
      forEachStart(at: t, rows: rows) { row in
        (previous.pointer + first + row * stride).update(repeating: 0, count: stride)
      }
    }
  }

  /// Lets no gradient go back from the first step of a sequence to the one before it.
  private func endSequences(_ step: CellStep, at t: Int, rows: Range<Int>) {
    let stride = workspace.stateStride
    forEachStart(at: t, rows: rows) { row in
      (step.hiddenGradient + row * stride).update(repeating: 0, count: stride)
      (step.cellGradient + row * stride).update(repeating: 0, count: stride)
    }
  }

  /// Calls `body` with the rows, counted from the first of `rows`, in which a sequence starts.
  private func forEachStart(at t: Int, rows: Range<Int>, _ body: (_ row: Int) -> Void) {
    guard let starts = sequenceStarts.map({ $0 + t * workspace.batchSize + rows.lowerBound }) else { return }
    for row in 0..<rows.count where starts[row] { body(row) }
  }

  /// Calls `body` for stretches of steps that are as long as what is computed at once.
  private func forEachStretch(_ body: (Range<Int>) -> Void) {
    var first = 0
    while first < stepCount {
      let end = min(first + workspace.stretch, stepCount)
      body(first..<end)
      first = end
    }
  }

  private func forEachStretchReversed(_ body: (Range<Int>) -> Void) {
    var end = stepCount
    while end > 0 {
      let first = (end - 1) / workspace.stretch * workspace.stretch
      body(first..<end)
      end = first
    }
  }

  // MARK: Views

  func logits(step t: Int, rows: Range<Int>) -> BlockedRows {
    BlockedRows(
      workspace.logits.pointer, workspace.logitBlocks, rows: workspace.gateRows,
      firstRow: workspace.gateRow(step: t) + rows.lowerBound, firstGate: 0, gateCount: 1)
  }

  func stepRows(_ steps: Range<Int>, _ rows: Range<Int>) -> StepRows {
    StepRows(rows.count, steps: steps.count, distance: workspace.batchSize)
  }

  func stateOffset(step t: Int, rows: Range<Int>) -> Int {
    t * workspace.stepStride + rows.lowerBound * workspace.stateStride
  }

  /// States as the left factor of a product.
  private func stateTerms(_ pointer: UnsafeMutablePointer<Float>) -> BlockedRows {
    BlockedRows(oneBlock: pointer, columns: configuration.hiddenSize, rowStride: workspace.stateStride)
  }

  /// States as the result of a product.
  func stateRows(_ pointer: UnsafeMutablePointer<Float>) -> BlockedRows {
    BlockedRows(rowMajor: pointer, columns: configuration.hiddenSize, rowStride: workspace.stateStride)
  }

  func gateRows(_ group: GateGroup, _ gates: Range<Int>, _ firstRow: Int) -> BlockedRows {
    BlockedRows(
      group.gates, group.blocks, rows: group.gateRows, firstRow: firstRow, firstGate: gates.lowerBound,
      gateCount: gates.count)
  }

  /// All of a layer's operands but those that change from step to step.
  func makeStep(layer: Int, rows: Range<Int>) -> CellStep {
    let activations = workspace.layers[layer]
    let weights = UnsafePointer(parameters.pointer)
    let descriptions = configuration.cell.description.groups
    let groups = zip(zip(layout.layers[layer], descriptions), activations.gates).map { pair, gates in
      let (group, description) = pair
      return GateGroup(
        blocks: group.bias.blocks, bias: weights + group.bias.offset,
        inputWeights: weights + group.input.offset, inputBlocks: group.input.blocks,
        recurrentWeights: weights + group.recurrent.offset, recurrentBlocks: group.recurrent.blocks,
        firstRecurrentGate: description.recurrentGates.lowerBound, gates: gates.pointer, gateRows: workspace.gateRows)
    }
    let firstState = rows.lowerBound * workspace.stateStride
    let below = layer > 0 ? workspace.layers[layer - 1].hidden.pointer : workspace.embedded.pointer
    var step = CellStep(
      rows: rows.count, batchSize: workspace.batchSize, hiddenSize: configuration.hiddenSize,
      inputSize: configuration.inputSize(ofLayer: layer), inputStride: configuration.inputStride(ofLayer: layer),
      stateStride: workspace.stateStride, input: UnsafePointer(below), state: activations.hidden.pointer,
      firstGroup: groups[0], secondGroup: groups[groups.count - 1])
    step.hiddenGradient = workspace.hiddenGradient.pointer + firstState
    step.cellGradient = workspace.cellGradient.pointer + firstState
    step.resetHiddenGradient = workspace.resetHiddenGradient.pointer + firstState
    if let peepholes = makePeepholes(layer: layer, rows: rows) { step.peepholes = peepholes }
    return step
  }

  func place(_ step: inout CellStep, layer: Int, at t: Int, rows: Range<Int>) {
    let activations = workspace.layers[layer]
    let before = stateOffset(step: t, rows: rows)
    let after = before + workspace.stepStride
    step.gateRow = workspace.gateRow(step: t) + rows.lowerBound
    let row = t * workspace.batchSize + rows.lowerBound
    if !configuration.multipliesInput(ofLayer: layer) {
      step.characters = characters + row
      step.characterFactors = workspace.inputFactors.map { UnsafePointer($0.pointer + row) }
    } else if layer == 0 {
      step.input = UnsafePointer(workspace.embedded.pointer + row * step.inputStride)
    } else {
      step.input = UnsafePointer(workspace.outputs(ofLayer: layer - 1) + before)
    }
    step.previousHidden = UnsafePointer(activations.previousHidden.pointer + before)
    step.hidden = activations.hidden.pointer + after
    if activations.cell.count > 0 {
      step.previousCell = UnsafePointer(activations.previousCell.pointer + before)
      step.cell = activations.cell.pointer + after
    }
    if activations.resetHidden.count > 0 { step.resetHidden = activations.resetHidden.pointer + before }
    if workspace.outputGradient.count > 0 {
      step.outputGradient = UnsafePointer(workspace.hiddenGradients(ofLayer: layer) + before)
    }
  }
}

extension CellStep {
  func group(_ index: Int) -> GateGroup { index == 0 ? firstGroup : secondGroup }
}

/// Cuts the rows of a batch into nearly equal shares.
package func rowShare(_ share: Int, of shareCount: Int, rows: Int) -> Range<Int> {
  rows * share / shareCount..<rows * (share + 1) / shareCount
}
