internal import KernelTemplates

/// What is noted of each step of a backward pass where somebody measures it.
extension RecurrentPass {
  /// Before a step is taken back: ∂L/∂h is what comes from above and from the step after.
  func noteGradients(before step: CellStep, layer: Int, at t: Int, rows: Range<Int>) {
    guard let noted = stateGradientNorms else { return }
    let description = layout.configuration.cell.description
    let outputGate = description.hasCellState ? description.place(of: .output) : nil
    for row in 0..<rows.count {
      let first = row * step.stateStride
      var squares = 0.0
      for unit in 0..<step.hiddenSize {
        let dh = step.outputGradient[first + unit] + step.hiddenGradient[first + unit]
        squares += Double(dh) * Double(dh)
        guard let outputGate else { continue }
        // c reaches the loss by the step after and by h = o∘tanh(c).
        var dc = step.cellGradient[first + unit]
        if layout.configuration.normalization == nil {
          let output = gate(outputGate, step, row: row, unit: unit)
          let tangent = step.hidden[first + unit] / output
          dc += dh * output * (1 - tangent * tangent)
        }
        noted.cellGradient.pointer[rows.lowerBound * step.stateStride + first + unit] = dc
      }
      noted.set(squares.squareRoot(), .hidden, layer: layer, step: t, row: rows.lowerBound + row)
    }
  }

  /// After it: what has been computed on the way. With layer normalization that is what comes to c from h, and with
  /// peepholes the gradient of the output gate's sum, in the place of the gate.
  func noteGradients(after step: CellStep, _ normalization: NormalizedLayer?, layer: Int, at t: Int, rows: Range<Int>) {
    let description = layout.configuration.cell.description
    guard let noted = stateGradientNorms, description.hasCellState, let outputGate = description.place(of: .output)
    else { return }
    let fromHidden = normalization?.cell.map { $0.normalized + step.gateRow * step.stateStride }
    let peephole = description.peephole(of: .output) == nil ? nil : step.peepholes.output.weights
    for row in 0..<rows.count {
      let first = row * step.stateStride
      var squares = 0.0
      for unit in 0..<step.hiddenSize {
        var dc = noted.cellGradient.pointer[rows.lowerBound * step.stateStride + first + unit]
        if let fromHidden { dc += fromHidden[first + unit] }
        if let peephole { dc += peephole[unit] * gate(outputGate, step, row: row, unit: unit) }
        squares += Double(dc) * Double(dc)
      }
      noted.set(squares.squareRoot(), .cell, layer: layer, step: t, row: rows.lowerBound + row)
    }
  }

  /// Value of a gate of one unit, or what the backward step has left in its place.
  private func gate(_ place: (group: Int, gate: Int), _ step: CellStep, row: Int, unit: Int) -> Float {
    let group = step.group(place.group)
    let index = group.blocks.index(row: step.gateRow + row, gate: place.gate, unit: unit, rows: group.gateRows)
    return group.gates[index]
  }
}
