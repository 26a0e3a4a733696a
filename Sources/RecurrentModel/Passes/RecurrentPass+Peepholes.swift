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
    // i and o, and f between them where there is one.
    guard let input = peepholes.first, let output = peepholes.last else { return nil }
    return Peepholes(input: input, forget: peepholes[1], output: output)
  }

  /// Sets the gradients of peepholes, which are summed step by step, to zero.
  func resetPeepholeGradients(layer: Int, rows: Range<Int>) {
    for gradient in workspace.layers[layer].peepholeGradients {
      (gradient.pointer + rows.lowerBound * workspace.stateStride)
        .update(repeating: 0, count: rows.count * workspace.stateStride)
    }
  }
}
