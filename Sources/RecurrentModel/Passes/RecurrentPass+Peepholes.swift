internal import KernelTemplates

extension RecurrentPass {
  /// Nil if the gates of the cell do not see its state.
  func makePeepholes(layer: Int, rows: Range<Int>) -> Peepholes? {
    let activations = workspace.layers[layer]
    let peepholes = layout.layers[layer].flatMap(\.peepholes).enumerated().map { index, matrix in
      // Where there is no way back, nothing is written to a gradient.
      let gradient = activations.peepholeGradients.isEmpty ? activations.cell : activations.peepholeGradients[index]
      return Peephole(
        weights: UnsafePointer(parameters.pointer + matrix.offset),
        gradient: gradient.pointer + rows.lowerBound * workspace.stateStride)
    }
    let description = layout.configuration.cell.description
    func peephole(of role: GateRole) -> Peephole? { description.peephole(of: role).map { peepholes[$0] } }
    guard let input = peephole(of: .input), let output = peephole(of: .output) else { return nil }
    return Peepholes(input: input, forget: peephole(of: .forget) ?? input, output: output)
  }

  /// Sets the gradients of peepholes, which are summed step by step, to zero.
  func resetPeepholeGradients(layer: Int, rows: Range<Int>) {
    for gradient in workspace.layers[layer].peepholeGradients {
      (gradient.pointer + rows.lowerBound * workspace.stateStride)
        .update(repeating: 0, count: rows.count * workspace.stateStride)
    }
  }
}
