package import KernelTemplates

/// DropConnect on the recurrent weights (Wan et al. 2013, Merity et al. 2018): one mask for all rows and steps of a
/// chunk, so that a time step costs no more than without.
package final class RecurrentWeightDropout {
  /// What the passes compute with: the parameters, of which some recurrent weights are zero.
  package let parameters: FloatBuffer
  private let parts: [Part]

  /// The recurrent weights of a group of gates for one block of units.
  private struct Part {
    var layer: Int
    var matrix: ParameterLayout.Matrix
    var block: Int
    /// PyTorch's numbers of the gates, in their order here.
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

  /// Makes ``parameters`` of those of the model.
  package func drop(_ all: FloatBuffer, _ masks: UpdateMasks, kernels: KernelSet, executor: ParallelExecutor) {
    executor.run((all.count + Self.copyPieceSize - 1) / Self.copyPieceSize) { piece in
      let first = piece * Self.copyPieceSize
      (parameters.pointer + first).update(from: all.pointer + first, count: min(Self.copyPieceSize, all.count - first))
    }
    drop(in: parameters, masks, kernels: kernels, executor: executor)
  }

  /// Takes the gradients of the weights that were computed with to those of the weights that they come from.
  package func dropGradients(
    _ gradients: FloatBuffer, _ masks: UpdateMasks, kernels: KernelSet, executor: ParallelExecutor
  ) {
    drop(in: gradients, masks, kernels: kernels, executor: executor)
  }

  private func drop(in buffer: FloatBuffer, _ masks: UpdateMasks, kernels: KernelSet, executor: ParallelExecutor) {
    executor.run(parts.count) { index in
      let part = parts[index]
      guard let mask = masks.recurrentWeights(ofLayer: part.layer) else { return }
      let blocks = part.matrix.blocks
      let width = blocks.unitColumns(of: part.block) * columnWidth
      let firstUnit = part.block * blocks.unitColumns * columnWidth
      var weights = buffer.pointer + part.matrix.offset + blocks.offset(of: part.block, rows: part.matrix.rowCount)
      for gate in part.pyTorchGates {
        kernels.dropOut(
          mask.mask, mask.row(pyTorchGate: gate, from: 0), part.matrix.rowCount, firstUnit, width, weights,
          blocks.width(of: part.block), weights)
        weights += width
      }
    }
  }
}
