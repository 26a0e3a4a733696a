/// A state of a layer, by its name in the equations.
public enum RecurrentState: String, CaseIterable, Sendable {
  /// h, the output of the cell.
  case hidden = "h"
  /// c, the memory of the LSTM.
  case cell = "c"
}

/// The norms of ∂L/∂h and ∂L/∂c of each row, layer and step, noted while a backward pass goes by.
///
/// A state is h or c of a layer; of each layer from the lowest, h comes first.
package final class StateGradientNorms: @unchecked Sendable {
  /// States of all layers.
  package let stateCount: Int
  /// ∂L/∂c so far as it is known before a step is taken back. (batch, stateStride); empty without a cell state.
  let cellGradient: FloatBuffer
  private let statesOfLayer: Int
  private let stepCount: Int
  private let rowCount: Int
  /// Each thread writes those of its rows.
  private let norms: UnsafeMutablePointer<Double>  // (state, step, batch)

  package init(_ workspace: Workspace) {
    statesOfLayer = workspace.configuration.cell.stateCount
    stateCount = workspace.configuration.layerCount * statesOfLayer
    stepCount = workspace.stepCapacity
    rowCount = workspace.batchSize
    cellGradient = FloatBuffer(count: statesOfLayer > 1 ? workspace.stepStride : 0)
    norms = .allocate(capacity: stateCount * stepCount * rowCount)
    norms.initialize(repeating: 0, count: stateCount * stepCount * rowCount)
  }

  deinit { norms.deallocate() }

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
