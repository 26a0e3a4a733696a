internal import KernelTemplates

// Skip connections. They depend on no earlier state, so they are computed for whole step blocks.
extension RecurrentPass {
  /// Computes a layer's output from its input and h, for some steps.
  func connectionForward(ofLayer layer: Int, _ steps: Range<Int>, rows: Range<Int>) {
    guard let first = makeConnection(layer: layer, at: steps.lowerBound, rows: rows) else { return }
    connectionPreactivations(
      first, layer: layer, reading: workspace.outputs(ofLayer: layer - 1), steps, rows: rows)
    for t in steps {
      if let connection = makeConnection(layer: layer, at: t, rows: rows) { connectionKernels?.forward(connection) }
    }
  }

  /// Computes a layer's output from `input`, (batch, stateStride), in one step and the blocks of `connection`, if any.
  func connectionForward(_ connection: ConnectionStep?, layer: Int, reading input: FloatView, rows: Range<Int>) {
    guard let connection else { return }
    connectionPreactivations(connection, layer: layer, reading: input, 0..<1, rows: rows)
    connectionKernels?.forward(connection)
  }

  /// Computes ∂L/∂h from ∂L/∂output, and replaces the latter by the part of ∂L/∂input that passes the layer; the layer
  /// adds the rest. Called while ∂L/∂output is in the cache.
  func connectionBackward(ofLayer layer: Int, _ steps: Range<Int>, rows: Range<Int>) {
    guard let first = makeConnection(layer: layer, at: steps.lowerBound, rows: rows) else { return }
    for t in steps {
      if let connection = makeConnection(layer: layer, at: t, rows: rows) { connectionKernels?.backward(connection) }
    }
    guard let gates = transposes?.connections[layer] else { return }
    multiply(
      stepRows(steps, rows), connectionGates(layer, 0..<first.blocks.count, steps, rows: rows), by: gates.parts[...],
      from: .result
    ) { stateResult(workspace.outputGradient.view, steps, rows, units: $0) }
  }

  /// All operands of a skip connection in one step; nil for a layer without one.
  func makeConnection(layer: Int, at t: Int, rows: Range<Int>) -> ConnectionStep? {
    guard !workspace.layers[layer].skipOutput.isEmpty else { return nil }
    return makeConnection(
      layer: layer, reading: workspace.outputs(ofLayer: layer - 1), adding: workspace.visibleHidden(ofLayer: layer),
      at: t, rows: rows)
  }

  /// `input` is the output of the layer below, and `added` is h with dropout, both (step, batch, stateStride).
  func makeConnection(
    layer: Int, reading input: FloatView, adding added: FloatView, at t: Int, rows: Range<Int>
  ) -> ConnectionStep? {
    let activations = workspace.layers[layer]
    guard !activations.skipOutput.isEmpty else { return nil }
    let gates = activations.connectionGates
    let blocks = connectionBlocks(layer)
    var connection = ConnectionStep(
      rows: rows.count, stateStride: workspace.stateStride, blocks: blocks,
      gates: gates.pointer(at: 0, count: gates.isEmpty ? 0 : blocks.size(rows: workspace.gateRows)),
      gateRows: workspace.gateRows, gateRow: workspace.gateRow(step: t) + rows.lowerBound,
      input: FloatPointer(states(input, at: t, rows)), added: FloatPointer(states(added, at: t, rows)),
      output: states(activations.skipOutput.view, at: t, rows),
      outputGradient: states(workspace.outputGradient.view, at: t, rows),
      addedGradient: states(workspace.addedGradient.view, at: t, rows))
    if case .leaky(let leak) = configuration.connection {
      connection.addedShare = Float(leak)
      connection.inputShare = 1 - connection.addedShare
    }
    return connection
  }

  private var connectionKernels: KernelSet.Connection? {
    switch configuration.connection {
    case .plain: nil
    case .residual, .leaky: kernels.connections.constant
    case .highway: kernels.connections.highway
    case .gated: kernels.connections.gated
    }
  }

  /// Blocks of the gates; without gates, of the units.
  func connectionBlocks(_ layer: Int) -> Blocks {
    layout.connections[layer]?.weight.blocks ?? Blocks(units: configuration.hiddenSize, gates: 1)
  }

  private func connectionPreactivations(
    _ connection: ConnectionStep, layer: Int, reading input: FloatView, _ steps: Range<Int>, rows: Range<Int>
  ) {
    let range = connection.blockRange
    guard let gates = layout.connections[layer], !range.isEmpty else { return }
    let bias = gates.bias.packed(in: parameters)[range]
    multiply(
      stepRows(steps, rows), stateFactor(input, steps, rows), by: connectionWeights(layer: layer, gates),
      blocks: range, firstRow: gateRow(steps, rows), from: .bias(bias.pointer),
      into: connectionGates(layer, range, steps, rows: rows))
  }

  private func connectionGates(
    _ layer: Int, _ range: Range<Int>, _ steps: Range<Int>, rows: Range<Int>
  ) -> BlockedRows {
    let blocks = connectionBlocks(layer)
    let first = blocks.offset(of: range.lowerBound, rows: workspace.gateRows)
    return gateRows(
      workspace.layers[layer].connectionGates.view[first...], blocks[range], steps, rows, gates: 0..<blocks.gates)
  }
}
