internal import KernelTemplates

/// What a layer puts out of its input and of what it computes. It waits for no state, so all is computed for stretches of
/// steps.
extension RecurrentPass {
  /// What the layer gives to the one above after each of some steps.
  func connectOutputs(ofLayer layer: Int, _ steps: Range<Int>, rows: Range<Int>) {
    guard let first = makeConnection(layer: layer, at: steps.lowerBound, rows: rows) else { return }
    computeGateSums(first, layer: layer, rows: stepRows(steps, rows))
    for t in steps {
      if let connection = makeConnection(layer: layer, at: t, rows: rows) { connectionKernels?.forward(connection) }
    }
  }

  /// The same of one step, in the blocks that are computed.
  func connect(_ connection: ConnectionStep, layer: Int) {
    computeGateSums(connection, layer: layer, rows: StepRows(connection.rows))
    connectionKernels?.forward(connection)
  }

  /// Takes the gradient of what a layer has put out to that of what it has computed, and to that of its input as far as
  /// it passes by the layer. The layer then adds the rest. Best done while it is still in the cache.
  func takeConnectionBack(ofLayer layer: Int, _ steps: Range<Int>, rows: Range<Int>) {
    guard let first = makeConnection(layer: layer, at: steps.lowerBound, rows: rows) else { return }
    for t in steps {
      if let connection = makeConnection(layer: layer, at: t, rows: rows) { connectionKernels?.backward(connection) }
    }
    guard let gates = transposes?.connections[layer] else { return }
    kernels.multiply(
      stepRows(steps, rows), gateSums(first, first.blocks), gates.pointer, gates.blocks, gates.terms, .result,
      stateRows(first.outputGradient))
  }

  /// All of a connection's operands in one step; nil for a layer that puts out what it computes.
  func makeConnection(layer: Int, at t: Int, rows: Range<Int>) -> ConnectionStep? {
    let activations = workspace.layers[layer]
    guard activations.connected.count > 0 else { return nil }
    let offset = stateOffset(step: t, rows: rows)
    var connection = ConnectionStep(
      rows: rows.count, stateStride: workspace.stateStride,
      blocks: layout.connections[layer]?.weight.blocks ?? Blocks(units: layout.configuration.hiddenSize, gates: 1),
      gates: activations.connectionGates.pointer, gateRows: workspace.gateRows,
      gateRow: workspace.gateRow(step: t) + rows.lowerBound,
      input: UnsafePointer(workspace.outputs(ofLayer: layer - 1) + offset),
      added: UnsafePointer(workspace.visibleHidden(ofLayer: layer) + offset),
      output: activations.connected.pointer + offset, outputGradient: workspace.outputGradient.pointer + offset,
      addedGradient: workspace.addedGradient.pointer + offset)
    if case .leaky(let leak) = layout.configuration.connection {
      connection.addedShare = Float(leak)
      connection.inputShare = 1 - connection.addedShare
    }
    return connection
  }

  private var connectionKernels: KernelSet.Connection? {
    switch layout.configuration.connection {
    case .plain: nil
    case .residual, .leaky: kernels.connections.constant
    case .highway: kernels.connections.highway
    case .gated: kernels.connections.gated
    }
  }

  /// - Parameter connection: The first of the steps that `rows` are of.
  private func computeGateSums(_ connection: ConnectionStep, layer: Int, rows: StepRows) {
    let range = connection.blockRange
    guard let gates = layout.connections[layer], !range.isEmpty else { return }
    let hiddenSize = layout.configuration.hiddenSize
    let weights =
      parameters.pointer + gates.weight.offset + connection.blocks.offset(of: range.lowerBound, rows: hiddenSize)
    let bias = parameters.pointer + gates.bias.offset + connection.blocks.offset(of: range.lowerBound, rows: 1)
    var part = connection
    part.gates += connection.blocks.offset(of: range.lowerBound, rows: connection.gateRows)
    kernels.multiply(
      rows, BlockedRows(oneBlock: connection.input, columns: hiddenSize, rowStride: connection.stateStride), weights,
      connection.blocks[range], hiddenSize, .bias(bias), gateSums(part, connection.blocks[range]))
  }

  private func gateSums(_ connection: ConnectionStep, _ blocks: Blocks) -> BlockedRows {
    BlockedRows(
      connection.gates, blocks, rows: connection.gateRows, firstRow: connection.gateRow, firstGate: 0,
      gateCount: blocks.gates)
  }
}
