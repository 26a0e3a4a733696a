internal import KernelTemplates

/// The activations of one chunk, and of training their gradients, allocated once. Carried state stands in it, too.
///
/// State arrays are row-major with rows `stateStride` floats apart. Gates stand in blocks; see ``Blocks``.
package final class Workspace {
  package struct Layer {
    /// h before the first step, then after each. (step + 1, batch, stateStride)
    package var hidden: FloatBuffer
    /// What dropout leaves of h after each step; empty without. (step, batch, stateStride)
    var dropped: FloatBuffer
    /// What the layer makes of its input and of h after each step; empty where it puts out h. (step, batch, stateStride)
    var connected: FloatBuffer
    /// The gates that decide it, later the gradients of their sums; empty without. (block, step, batch, gate, unit)
    var connectionGates: FloatBuffer
    /// c likewise; empty without a cell state.
    package var cell: FloatBuffer
    /// h and c before each step: the same arrays, unless the state starts anew where a sequence does.
    var previousHidden: FloatBuffer  // (step, batch, stateStride)
    var previousCell: FloatBuffer
    /// r ∘ h′ (step, batch, stateStride); empty in cells that have no use for it.
    var resetHidden: FloatBuffer
    /// Gates, later their gradients, of each group. (block, step, batch, gate, unit)
    package var gates: [FloatBuffer]
    /// The share of each row in the gradients of peepholes, over all steps. (batch, stateStride)
    var peepholeGradients: [FloatBuffer]
    /// Of each group; empty without layer normalization.
    var normalization: [NormalizedGroup]
  }

  package enum Purpose {
    case training
    /// Forward only: gates and logits of one stretch of steps at a time.
    case inference
  }

  package let configuration: ModelConfiguration
  package let batchSize: Int
  package let stepCapacity: Int
  let purpose: Purpose
  /// Whether sequences can start within a chunk, so that the state before a step is not always that after the last.
  package let holdsSequences: Bool
  /// Steps whose products that do not wait for one another are computed together.
  let stretch: Int
  package let stateStride: Int
  package let layers: [Layer]
  let logitBlocks: Blocks
  package let logits: FloatBuffer  // (block, step, batch, character)
  package let losses: FloatBuffer  // (step, batch)
  /// What the rows that layer 0 looks up are multiplied with; nil without input dropout. (step, batch)
  let inputFactors: FloatBuffer?
  /// What layer 0 reads, and of training the gradient of that; empty without an embedding. (step, batch, inputStride)
  let embedded: FloatBuffer
  let embeddedGradient: FloatBuffer
  /// ∂L/∂ of what a layer puts out; the layer below writes over it. (step, batch, stateStride)
  let outputGradient: FloatBuffer
  /// ∂L/∂ of what a layer adds to its input; empty where nothing is added to it. (step, batch, stateStride)
  let addedGradient: FloatBuffer
  let hiddenGradient: FloatBuffer  // (batch, stateStride)
  let cellGradient: FloatBuffer  // (batch, stateStride)
  let resetHiddenGradient: FloatBuffer  // (batch, stateStride)

  package init(
    _ configuration: ModelConfiguration, batchSize: Int, stepCapacity: Int, purpose: Purpose,
    regularization: Regularization = Regularization(), holdsSequences: Bool = false
  ) {
    self.configuration = configuration
    self.batchSize = batchSize
    self.stepCapacity = stepCapacity
    self.purpose = purpose
    self.holdsSequences = holdsSequences
    let sizes = Sizes(
      configuration, batchSize: batchSize, stepCapacity: stepCapacity, purpose: purpose, regularization: regularization,
      holdsSequences: holdsSequences)
    stretch = sizes.stretch
    stateStride = sizes.stateStride
    layers = (0..<configuration.layerCount).map { layer in
      let (hidden, cell) = (FloatBuffer(count: sizes.hidden), FloatBuffer(count: sizes.cell))
      return Layer(
        hidden: hidden, dropped: FloatBuffer(count: sizes.dropped),
        connected: FloatBuffer(count: layer > 0 ? sizes.connected : 0),
        connectionGates: FloatBuffer(count: layer > 0 ? sizes.connectionGates : 0), cell: cell,
        previousHidden: holdsSequences ? FloatBuffer(count: sizes.previousHidden) : hidden,
        previousCell: holdsSequences ? FloatBuffer(count: sizes.previousCell) : cell,
        resetHidden: FloatBuffer(count: sizes.resetHidden), gates: sizes.gates.map(FloatBuffer.init(count:)),
        peepholeGradients: sizes.peepholeGradients.map(FloatBuffer.init(count:)),
        normalization: sizes.normalization.map(NormalizedGroup.init))
    }
    logitBlocks = Blocks(units: configuration.vocabularySize, gates: 1)
    logits = FloatBuffer(count: sizes.logits)
    losses = FloatBuffer(count: stepCapacity * batchSize)
    inputFactors = sizes.inputFactors > 0 ? FloatBuffer(count: sizes.inputFactors) : nil
    embedded = FloatBuffer(count: sizes.embedded)
    embeddedGradient = FloatBuffer(count: sizes.embeddedGradient)
    outputGradient = FloatBuffer(count: sizes.outputGradient)
    addedGradient = FloatBuffer(count: sizes.addedGradient)
    hiddenGradient = FloatBuffer(count: sizes.gradientOfStep)
    cellGradient = FloatBuffer(count: sizes.gradientOfStep)
    resetHiddenGradient = FloatBuffer(count: sizes.gradientOfStep)
  }

  /// Rows of the gate and logit arrays.
  package var gateRows: Int { (purpose == .training ? stepCapacity : stretch) * batchSize }

  /// The row of the gate arrays at which a step begins.
  package func gateRow(step: Int) -> Int { (purpose == .training ? step : step % stretch) * batchSize }

  /// Floats from step to step of the state arrays.
  package var stepStride: Int { batchSize * stateStride }

  /// What a layer gives to the one above after each step. (step, batch, stateStride)
  func outputs(ofLayer layer: Int) -> UnsafeMutablePointer<Float> {
    layers[layer].connected.count > 0 ? layers[layer].connected.pointer : visibleHidden(ofLayer: layer)
  }

  /// h after each step, as far as dropout leaves it to be seen from above. (step, batch, stateStride)
  func visibleHidden(ofLayer layer: Int) -> UnsafeMutablePointer<Float> {
    let layer = layers[layer]
    return layer.dropped.count > 0 ? layer.dropped.pointer : layer.hidden.pointer + stepStride
  }

  /// ∂L/∂h as it comes from above. (step, batch, stateStride)
  func hiddenGradients(ofLayer layer: Int) -> UnsafeMutablePointer<Float> {
    layers[layer].connected.count > 0 ? addedGradient.pointer : outputGradient.pointer
  }

  package func resetState() {
    for layer in layers {
      layer.hidden.pointer.update(repeating: 0, count: stepStride)
      if layer.cell.count > 0 { layer.cell.pointer.update(repeating: 0, count: stepStride) }
    }
  }

  /// Lets one row of the batch start anew.
  package func resetState(row: Int) {
    for layer in layers {
      for state in [layer.hidden, layer.cell] where state.count > 0 {
        (state.pointer + row * stateStride).update(repeating: 0, count: stateStride)
      }
    }
  }

  /// Makes the state after `stepCount` steps the one that the next chunk starts from.
  package func carryState(afterSteps stepCount: Int) {
    guard stepCount > 0 else { return }
    for layer in layers {
      let offset = stepCount * stepStride
      layer.hidden.pointer.update(from: layer.hidden.pointer + offset, count: stepStride)
      if layer.cell.count > 0 { layer.cell.pointer.update(from: layer.cell.pointer + offset, count: stepStride) }
    }
  }

  /// How many floats each array has.
  package struct Sizes {
    var stretch: Int
    var stateStride: Int
    var hidden: Int
    var dropped: Int
    /// Of each layer but the first.
    var connected: Int
    var connectionGates: Int
    var cell: Int
    var previousHidden: Int
    var previousCell: Int
    var resetHidden: Int
    var gates: [Int]
    var peepholeGradients: [Int]
    var normalization: [NormalizedGroup.Sizes]
    var logits: Int
    var inputFactors: Int
    var embedded: Int
    var embeddedGradient: Int
    var outputGradient: Int
    var addedGradient: Int
    var gradientOfStep: Int

    package init(
      _ configuration: ModelConfiguration, batchSize: Int, stepCapacity: Int, purpose: Purpose,
      regularization: Regularization = Regularization(), holdsSequences: Bool = false
    ) {
      let description = configuration.cell.description
      // Rows enough to make reading the weights cheap, and few enough that what they leave is still near when each step
      // goes on with it.
      stretch = max(1, min(stepCapacity, 192 / batchSize))
      stateStride = configuration.stateStride
      let stateOfStep = batchSize * stateStride
      hidden = (stepCapacity + 1) * stateOfStep
      dropped = regularization.dropout > 0 ? stepCapacity * stateOfStep : 0
      let isConnected = configuration.layerCount > 1 && configuration.connection != .plain
      connected = isConnected ? stepCapacity * stateOfStep : 0
      cell = description.hasCellState ? hidden : 0
      previousHidden = holdsSequences ? stepCapacity * stateOfStep : 0
      previousCell = description.hasCellState ? previousHidden : 0
      let resets = description.groups.contains { $0.recurrentFactor == .resetHidden }
      resetHidden = resets ? stepCapacity * stateOfStep : 0
      let gateRows = (purpose == .training ? stepCapacity : stretch) * batchSize
      let gateCount = isConnected ? configuration.connection.gateCount : 0
      connectionGates =
        gateCount > 0 ? Blocks(units: configuration.hiddenSize, gates: gateCount).size(rows: gateRows) : 0
      gates = description.groups.map {
        Blocks(units: configuration.hiddenSize, gates: $0.gates.count).size(rows: gateRows)
      }
      peepholeGradients = Array(
        repeating: stateOfStep, count: purpose == .training ? description.peepholeCount : 0)
      normalization =
        configuration.normalization == nil
        ? []
        : description.groups.map {
          NormalizedGroup.Sizes(
            configuration, gateCount: $0.gates.count, gateRows: gateRows, batchSize: batchSize,
            isTraining: purpose == .training)
        }
      logits = Blocks(units: configuration.vocabularySize, gates: 1).size(rows: gateRows)
      inputFactors = regularization.inputDropout > 0 ? stepCapacity * batchSize : 0
      embedded = configuration.embedding == nil ? 0 : stepCapacity * batchSize * configuration.inputStride(ofLayer: 0)
      embeddedGradient = purpose == .training ? embedded : 0
      outputGradient = purpose == .training ? stepCapacity * stateOfStep : 0
      addedGradient = purpose == .training ? connected : 0
      gradientOfStep = purpose == .training ? stateOfStep : 0
    }

    /// Floats of all arrays together.
    package func total(layerCount: Int) -> Int {
      let ofLayer =
        hidden + dropped + cell + previousHidden + previousCell + resetHidden + gates.reduce(0, +)
        + peepholeGradients.reduce(0, +)
        + normalization.reduce(0) { $0 + $1.total }
      return layerCount * ofLayer + (layerCount - 1) * (connected + connectionGates) + logits + inputFactors
        + outputGradient + addedGradient + 3 * gradientOfStep + embedded + embeddedGradient
    }
  }
}

extension ModelConfiguration {
  /// Floats from row to row of the state arrays.
  package var stateStride: Int { rowStride(of: hiddenSize) }

  /// Floats from row to row of what a layer with a product reads.
  func inputStride(ofLayer layer: Int) -> Int { rowStride(of: inputSize(ofLayer: layer)) }

  private func rowStride(of size: Int) -> Int {
    let columns = (size + columnWidth - 1) / columnWidth
    // An odd number of cache lines: rows at a distance of a power of two would fall into the same few cache sets.
    return (columns % 2 == 0 ? columns + 1 : columns) * columnWidth
  }
}
