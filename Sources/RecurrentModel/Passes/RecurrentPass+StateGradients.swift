internal import KernelTemplates

// Norms of the state gradients, recorded in each step of a backward pass if they are measured.
extension RecurrentPass {
  /// Records before a backward step: ∂L/∂h is the sum of the gradients from above and from the following step.
  func recordStateGradients(beforeStep t: Int, layer: Int, rows: Range<Int>) {
    guard let norms = stateGradientNorms else { return }
    let outputGate = cell.hasCellState ? cell.place(of: .output) : nil
    let fromAbove = workspace.hiddenGradients(ofLayer: layer)[(t * workspace.stepStride)...]
    let hidden = workspace.layers[layer].hidden.view[((t + 1) * workspace.stepStride)...]
    for row in rows {
      var squares = 0.0
      for unit in 0..<configuration.hiddenSize {
        let index = row * workspace.stateStride + unit
        let dh = fromAbove[index] + workspace.hiddenGradient[index]
        squares += Double(dh) * Double(dh)
        guard let outputGate else { continue }
        // c reaches the loss through the following step and through h = o∘tanh(c).
        var dc = workspace.cellGradient[index]
        if configuration.normalization == nil {
          let output = gate(outputGate, layer: layer, step: t, row: row, unit: unit)
          let tangent = hidden[index] / output
          dc += dh * output * (1 - tangent * tangent)
        }
        norms.cellGradient[index] = dc
      }
      norms.set(squares.squareRoot(), .hidden, layer: layer, step: t, row: row)
    }
  }

  /// Records after a backward step, with its intermediate results: with layer normalization the part of ∂L/∂c from h,
  /// and with peepholes the gradient of the output gate's pre-activation, in place of the gate.
  func recordStateGradients(afterStep t: Int, layer: Int, rows: Range<Int>) {
    guard let norms = stateGradientNorms, cell.hasCellState, let outputGate = cell.place(of: .output) else { return }
    let gateRow = workspace.gateRow(step: t)
    let fromHidden = workspace.layers[layer].normalization.first?.cell?.normalized.view[
      (gateRow * workspace.stateStride)...]
    let peephole = cell.peephole(of: .output).map {
      parameters[layout.layers[layer].flatMap(\.peepholes)[$0].range]
    }
    for row in rows {
      var squares = 0.0
      for unit in 0..<configuration.hiddenSize {
        let index = row * workspace.stateStride + unit
        var dc = norms.cellGradient[index]
        if let fromHidden { dc += fromHidden[index] }
        if let peephole { dc += peephole[unit] * gate(outputGate, layer: layer, step: t, row: row, unit: unit) }
        squares += Double(dc) * Double(dc)
      }
      norms.set(squares.squareRoot(), .cell, layer: layer, step: t, row: row)
    }
  }

  /// A gate of one unit, or after the backward step the gradient of its pre-activation.
  private func gate(_ place: (group: Int, gate: Int), layer: Int, step t: Int, row: Int, unit: Int) -> Float {
    let blocks = layout.layers[layer][place.group].bias.blocks
    let gateRow = workspace.gateRow(step: t) + row
    return workspace.layers[layer].gates[place.group][
      blocks.index(row: gateRow, gate: place.gate, unit: unit, rows: workspace.gateRows)]
  }
}
