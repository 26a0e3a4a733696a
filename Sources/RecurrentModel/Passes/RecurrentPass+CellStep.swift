internal import KernelTemplates

// Operands of the cell kernels. Pointers are taken here, once a step, and the regions behind them checked.
extension RecurrentPass {
  /// All operands of a layer that are the same in every step, for one thread's rows and units.
  func makeStep(layer: Int, _ share: PassShare) -> CellStep {
    var step = makeStep(layer: layer, rows: share.cellRows)
    step.firstGroup.blockRange = share.blocks(of: step.firstGroup.blocks)
    step.secondGroup.blockRange = share.blocks(of: step.secondGroup.blocks)
    return step
  }

  /// All operands of a layer that are the same in every step.
  func makeStep(layer: Int, rows: Range<Int>) -> CellStep {
    let groups = layout.layers[layer].indices.map { makeGroup(layer: layer, $0) }
    var step = CellStep(
      rows: rows.count, batchSize: workspace.batchSize, hiddenSize: configuration.hiddenSize,
      inputSize: configuration.inputSize(ofLayer: layer), inputStride: configuration.inputStride(ofLayer: layer),
      stateStride: workspace.stateStride, input: FloatPointer(inputs(ofLayer: layer).pointer(at: 0, count: 0)),
      state: workspace.layers[layer].hidden.pointer(at: 0, count: 0), firstGroup: groups[0],
      secondGroup: groups[groups.count - 1])
    step.hiddenGradient = states(workspace.hiddenGradient.view, at: 0, rows)
    step.cellGradient = states(workspace.cellGradient.view, at: 0, rows)
    step.resetHiddenGradient = states(workspace.resetHiddenGradient.view, at: 0, rows)
    if let peepholes = makePeepholes(layer: layer, rows: rows) { step.peepholes = peepholes }
    return step
  }

  private func makeGroup(layer: Int, _ index: Int) -> GateGroup {
    let group = layout.layers[layer][index]
    let gates = workspace.layers[layer].gates[index]
    return GateGroup(
      blocks: group.bias.blocks, bias: FloatPointer(group.bias.packed(in: parameters).pointer),
      inputWeights: FloatPointer(group.input.packed(in: parameters).pointer), inputBlocks: group.input.blocks,
      recurrentWeights: FloatPointer(group.recurrent.packed(in: parameters).pointer),
      recurrentBlocks: group.recurrent.blocks,
      firstRecurrentGate: cell.groups[index].recurrentGates.lowerBound,
      gates: gates.pointer(at: 0, count: group.bias.blocks.size(rows: workspace.gateRows)),
      gateRows: workspace.gateRows)
  }

  /// Sets the operands that change with the step to the first of `steps`; pre-activations are computed for all `steps`.
  func place(_ step: inout CellStep, layer: Int, at steps: Range<Int>, rows: Range<Int>) {
    let t = steps.lowerBound
    let extent = stepRows(steps, rows).extent
    step.stepCount = steps.count
    step.gateRow = workspace.gateRow(step: t) + rows.lowerBound
    assert(step.gateRow + extent <= workspace.gateRows, "\(extent) rows from \(step.gateRow) on are too many")
    let first = rowIndex(step: t, rows: rows)
    if configuration.multipliesInput(ofLayer: layer) {
      let input = inputs(ofLayer: layer)
      step.input = FloatPointer(input.pointer(at: first * step.inputStride, count: extent * step.inputStride))
    } else {
      step.characters = UnsafePointer(workspace.characters.pointer(at: first, count: extent))
      step.characterFactors = workspace.inputFactors.map { FloatPointer($0.pointer(at: first, count: extent)) }
    }
    placeStates(&step, layer: layer, before: t, after: t + 1, rows: rows)
    let activations = workspace.layers[layer]
    step.resetHidden = states(activations.resetHidden.view, at: t, rows)
    step.outputGradient = FloatPointer(states(workspace.hiddenGradients(ofLayer: layer), at: t, rows))
  }

  /// Sets h′ and c′, h and c to the states at two places of the state arrays.
  func placeStates(_ step: inout CellStep, layer: Int, before: Int, after: Int, rows: Range<Int>) {
    let activations = workspace.layers[layer]
    step.previousHidden = FloatPointer(states(activations.previousHidden.view, at: before, rows))
    step.hidden = states(activations.hidden.view, at: after, rows)
    step.previousCell = FloatPointer(states(activations.previousCell.view, at: before, rows))
    step.cell = states(activations.cell.view, at: after, rows)
  }

  /// Pointer to rows of one step in an array (step, batch, stateStride); to its start if it is empty because unused.
  func states(_ states: FloatView, at t: Int, _ rows: Range<Int>) -> MutableFloatPointer {
    guard !states.isEmpty else { return states.pointer(at: 0, count: 0) }
    return states.pointer(at: stateOffset(step: t, rows: rows), count: rows.count * workspace.stateStride)
  }

  /// Input of a layer that multiplies it. (step, batch, inputStride)
  private func inputs(ofLayer layer: Int) -> FloatView {
    layer > 0 ? workspace.outputs(ofLayer: layer - 1) : workspace.embedded.view
  }

  // MARK: Peepholes

  /// Nil if the cell has no peepholes.
  private func makePeepholes(layer: Int, rows: Range<Int>) -> Peepholes? {
    let activations = workspace.layers[layer]
    let peepholes = layout.layers[layer].flatMap(\.peepholes).enumerated().map { index, matrix in
      // Without a backward pass nothing is written to a gradient.
      let gradient = activations.peepholeGradients.isEmpty ? activations.cell : activations.peepholeGradients[index]
      return Peephole(
        weights: FloatPointer(matrix.packed(in: parameters).pointer), gradient: states(gradient.view, at: 0, rows))
    }
    func peephole(of role: GateRole) -> Peephole? { cell.peephole(of: role).map { peepholes[$0] } }
    guard let input = peephole(of: .input), let output = peephole(of: .output) else { return nil }
    return Peepholes(input: input, forget: peephole(of: .forget) ?? input, output: output)
  }

  /// Sets the gradients of peepholes, which are summed over the steps, to zero.
  func resetPeepholeGradients(layer: Int, rows: Range<Int>) {
    for gradient in workspace.layers[layer].peepholeGradients { gradient[workspace.stateRange(rows)].fill(with: 0) }
  }
}

extension CellStep {
  func group(_ index: Int) -> GateGroup { index == 0 ? firstGroup : secondGroup }
}
