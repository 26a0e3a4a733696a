package import KernelTemplates

/// DropConnect on the recurrent weights (Wan et al. 2013, Merity et al. 2018): one mask for all rows and steps of a
/// chunk, so that a time step costs no more than without.
package final class RecurrentWeightDropout: Sendable {
  /// The parameters with dropped recurrent weights, for the passes.
  package let parameters: FloatBuffer
  private let parts: [Part]

  /// The recurrent weights of a group of gates for one block of units.
  private struct Part: Sendable {
    var layer: Int
    var matrix: ParameterLayout.Matrix
    var block: Int
    /// Indices of the gates in PyTorch's order, in the order of storage.
    var pyTorchGates: [Int]
  }

  private static let copyPieceSize = 65_536

  package init(_ layout: ParameterLayout) {
    parameters = FloatBuffer(count: layout.size)
    let descriptions = layout.configuration.cell.description.groups
    parts = layout.layers.enumerated().flatMap { layer, groups in
      zip(groups, descriptions).flatMap { group, description in
        (0..<group.recurrent.blocks.count).map { block in
          Part(
            layer: layer, matrix: group.recurrent, block: block,
            pyTorchGates: description.gates[description.recurrentGates].map(\.pyTorchIndex))
        }
      }
    }
  }

  /// Computes ``parameters`` from those of the model.
  package func drop(_ all: FloatBuffer, _ masks: UpdateMasks, kernels: KernelSet, executor: ParallelExecutor) {
    executor.run((all.count + Self.copyPieceSize - 1) / Self.copyPieceSize) { [parameters] piece in
      let first = piece * Self.copyPieceSize
      let range = first..<min(first + Self.copyPieceSize, all.count)
      parameters[range].copy(from: all[range])
    }
    drop(in: parameters, masks, kernels: kernels, executor: executor)
  }

  /// Turns the gradients of the dropped weights into those of the model's weights.
  package func dropGradients(
    _ gradients: FloatBuffer, _ masks: UpdateMasks, kernels: KernelSet, executor: ParallelExecutor
  ) {
    drop(in: gradients, masks, kernels: kernels, executor: executor)
  }

  private func drop(in buffer: FloatBuffer, _ masks: UpdateMasks, kernels: KernelSet, executor: ParallelExecutor) {
    executor.run(parts.count) { [parts] index in
      let part = parts[index]
      guard let mask = masks.recurrentWeights(ofLayer: part.layer) else { return }
      let (blocks, rows) = (part.matrix.blocks, part.matrix.rowCount)
      let rowStride = blocks.width(of: part.block)
      let width = blocks.unitColumns(of: part.block) * columnWidth
      let firstUnit = part.block * blocks.unitColumns * columnWidth
      let first = part.matrix.offset + blocks.offset(of: part.block, rows: rows)
      for (gate, pyTorchGate) in part.pyTorchGates.enumerated() {
        let weights = buffer.pointer(at: first + gate * width, count: (rows - 1) * rowStride + width)
        kernels.dropOut(
          mask.mask, mask.row(pyTorchGate: pyTorchGate, from: 0), rows, firstUnit, width, weights, rowStride, weights)
      }
    }
  }
}
