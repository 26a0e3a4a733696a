/// A state of a layer, by its name in the equations.
public enum RecurrentState: String, CaseIterable, Sendable {
  /// h, the output of the cell.
  case hidden = "h"
  /// c, the cell state of the LSTM.
  case cell = "c"
}

/// Norms of ∂L/∂h and ∂L/∂c for each row, layer and step, recorded during a backward pass.
///
/// States are numbered layer by layer from the lowest, h before c.
package final class StateGradientNorms: Sendable {
  package let stateCount: Int  // of all layers
  /// The part of ∂L/∂c known before the backward step; empty without a cell state. (batch, stateStride)
  let cellGradient: FloatBuffer
  private let statesOfLayer: Int
  private let stepCount: Int
  private let rowCount: Int
  private let norms: Buffer<Double>  // (state, step, batch)

  package init(_ workspace: Workspace) {
    statesOfLayer = workspace.configuration.cell.stateCount
    stateCount = workspace.configuration.layerCount * statesOfLayer
    stepCount = workspace.stepCapacity
    rowCount = workspace.batchSize
    cellGradient = FloatBuffer(count: statesOfLayer > 1 ? workspace.stepStride : 0)
    norms = Buffer(count: stateCount * stepCount * rowCount)
  }

  package func state(_ index: Int) -> (layer: Int, quantity: RecurrentState) {
    (index / statesOfLayer, index % statesOfLayer == 0 ? .hidden : .cell)
  }

  package subscript(state: Int, step step: Int, row row: Int) -> Double {
    norms[(state * stepCount + step) * rowCount + row]
  }

  func set(_ norm: Double, _ quantity: RecurrentState, layer: Int, step: Int, row: Int) {
    let state = layer * statesOfLayer + (quantity == .hidden ? 0 : 1)
    norms[(state * stepCount + step) * rowCount + row] = norm
  }
}
