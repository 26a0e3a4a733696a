internal import KernelTemplates

/// The inputs, activations and gradients of one chunk and the carried state, allocated once.
///
/// State arrays are row-major with rows `stateStride` floats apart. Gates are stored in blocks; see ``Blocks``.
package final class Workspace: Sendable {
  package final class Layer: Sendable {
    /// h before the first step, then after each. (step + 1, batch, stateStride)
    package let hidden: FloatBuffer
    /// h after each step with dropout applied; empty without dropout. (step, batch, stateStride)
    let dropped: FloatBuffer
    /// The layer's output with its skip connection; empty where the output is h. (step, batch, stateStride)
    let skipOutput: FloatBuffer
    /// Gates of the skip connection, later ∂L/∂ of their pre-activations; empty without.
    /// (block, step, batch, gate, unit)
    let connectionGates: FloatBuffer
    /// c before the first step, then after each; empty without a cell state. (step + 1, batch, stateStride)
    package let cell: FloatBuffer
    /// h before each step: `hidden`, unless sequences can start within a chunk. (step, batch, stateStride)
    let previousHidden: FloatBuffer
    /// c before each step: `cell`, unless sequences can start within a chunk. (step, batch, stateStride)
    let previousCell: FloatBuffer
    /// r ∘ h′; empty in cells that do not use it. (step, batch, stateStride)
    let resetHidden: FloatBuffer
    /// Gates of each group, later ∂L/∂ of their pre-activations. (block, step, batch, gate, unit)
    package let gates: [FloatBuffer]
    /// The share of each row in the gradient of each peephole, summed over all steps. (batch, stateStride)
    let peepholeGradients: [FloatBuffer]
    /// Layer normalization of each group; empty without.
    let normalization: [NormalizedGroup]

    fileprivate init(_ sizes: Sizes, layer: Int) {
      hidden = FloatBuffer(count: sizes.hidden)
      dropped = FloatBuffer(count: sizes.dropped)
      skipOutput = FloatBuffer(count: layer > 0 ? sizes.skipOutput : 0)
      connectionGates = FloatBuffer(count: layer > 0 ? sizes.connectionGates : 0)
      cell = FloatBuffer(count: sizes.cell)
      previousHidden = sizes.holdsSequences ? FloatBuffer(count: sizes.previousHidden) : hidden
      previousCell = sizes.holdsSequences ? FloatBuffer(count: sizes.previousCell) : cell
      resetHidden = FloatBuffer(count: sizes.resetHidden)
      gates = sizes.gates.map(FloatBuffer.init(count:))
      peepholeGradients = sizes.peepholeGradients.map(FloatBuffer.init(count:))
      normalization = sizes.normalization.map(NormalizedGroup.init)
    }
  }

  package enum Purpose: Sendable {
    case training
    /// Forward only: gates and logits of one step block at a time.
    case inference
  }

  package let configuration: ModelConfiguration
  package let batchSize: Int
  package let stepCapacity: Int
  let purpose: Purpose
  /// Whether sequences can start within a chunk, so that the state before a step need not be that after the last one.
  package let holdsSequences: Bool
  /// Number of consecutive steps whose state-independent products are computed together.
  let stepBlockSize: Int
  package let stateStride: Int
  /// Token IDs read in each step. (step, batch)
  package let characters: Buffer<Int32>
  /// Token IDs to be predicted; negative where none counts. (step, batch)
  let targets: Buffer<Int32>
  /// Whether the state is reset to zero before the step; empty unless `holdsSequences`. (step, batch)
  let sequenceStarts: Buffer<Bool>
  package let layers: [Layer]
  let logitBlocks: Blocks
  /// Logits, in training later their gradients. (block, step, batch, character)
  package let logits: FloatBuffer
  /// Cross-entropies in nats. (step, batch)
  package let losses: FloatBuffer
  /// Dropout factors of the weight rows or embeddings that layer 0 reads; nil without input dropout. (step, batch)
  let inputFactors: FloatBuffer?
  /// Embeddings that layer 0 reads; empty without an embedding. (step, batch, inputStride)
  let embedded: FloatBuffer
  /// ∂L/∂embedded, in training only. (step, batch, inputStride)
  let embeddedGradient: FloatBuffer
  /// ∂L/∂output of the layer in turn, overwritten with that of the layer below. (step, batch, stateStride)
  let outputGradient: FloatBuffer
  /// ∂L/∂h with dropout of a layer with a skip connection; empty without. (step, batch, stateStride)
  let addedGradient: FloatBuffer
  /// ∂L/∂h from the following step. (batch, stateStride)
  let hiddenGradient: FloatBuffer
  /// ∂L/∂c from the following step. (batch, stateStride)
  let cellGradient: FloatBuffer
  /// ∂L/∂(r ∘ h′) of the step. (batch, stateStride)
  let resetHiddenGradient: FloatBuffer

  package init(
    _ configuration: ModelConfiguration, batchSize: Int, stepCapacity: Int, purpose: Purpose,
    regularization: Regularization = Regularization(), holdsSequences: Bool = false
  ) {
    let sizes = Sizes(
      configuration, batchSize: batchSize, stepCapacity: stepCapacity, purpose: purpose, regularization: regularization,
      holdsSequences: holdsSequences)
    self.configuration = configuration
    self.batchSize = batchSize
    self.stepCapacity = stepCapacity
    self.purpose = purpose
    self.holdsSequences = holdsSequences
    stepBlockSize = sizes.stepBlockSize
    stateStride = configuration.stateStride
    characters = Buffer(count: stepCapacity * batchSize)
    targets = Buffer(count: stepCapacity * batchSize)
    sequenceStarts = Buffer(count: holdsSequences ? stepCapacity * batchSize : 0)
    layers = (0..<configuration.layerCount).map { Layer(sizes, layer: $0) }
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
}

extension Workspace {
  /// Copies the token IDs that the next passes read, all (step, batch). Negative targets do not count. `targets` is
  /// empty if no losses are computed, and `sequenceStarts` if no sequence starts within the chunk.
  package func load(inputs: [Int32], targets: [Int32] = [], sequenceStarts: [Bool] = []) {
    let vocabularySize = Int32(configuration.vocabularySize)
    assert(inputs.allSatisfy((0..<vocabularySize).contains), "an input is no token ID below \(vocabularySize)")
    assert(targets.allSatisfy { $0 < vocabularySize }, "a target is no token ID below \(vocabularySize)")
    characters[inputs.indices].copy(from: inputs)
    self.targets[targets.indices].copy(from: targets)
    if sequenceStarts.isEmpty { self.sequenceStarts.fill(with: false) }
    self.sequenceStarts[sequenceStarts.indices].copy(from: sequenceStarts)
  }

  /// Rows of the gate and logit arrays.
  package var gateRows: Int { (purpose == .training ? stepCapacity : stepBlockSize) * batchSize }

  package func gateRow(step: Int) -> Int { (purpose == .training ? step : step % stepBlockSize) * batchSize }

  /// Floats from step to step of the state arrays.
  package var stepStride: Int { batchSize * stateStride }

  /// Indices of some rows in an array of shape (batch, stateStride).
  package func stateRange(_ rows: Range<Int>) -> Range<Int> {
    rows.lowerBound * stateStride..<rows.upperBound * stateStride
  }

  /// Output of a layer after each step. (step, batch, stateStride)
  func outputs(ofLayer layer: Int) -> FloatView {
    layers[layer].skipOutput.isEmpty ? visibleHidden(ofLayer: layer) : layers[layer].skipOutput.view
  }

  /// h after each step as the skip connection and the layer above read it, with dropout. (step, batch, stateStride)
  func visibleHidden(ofLayer layer: Int) -> FloatView {
    let layer = layers[layer]
    return layer.dropped.isEmpty ? layer.hidden.view[stepStride...] : layer.dropped.view
  }

  /// ∂L/∂h from above. (step, batch, stateStride)
  func hiddenGradients(ofLayer layer: Int) -> FloatView {
    layers[layer].skipOutput.isEmpty ? outputGradient.view : addedGradient.view
  }

  package func resetState() { resetState(rows: 0..<batchSize) }

  /// Resets the carried state of some rows to zero.
  package func resetState(rows: Range<Int>) {
    for layer in layers {
      for state in [layer.hidden, layer.cell] where !state.isEmpty { state[stateRange(rows)].fill(with: 0) }
    }
  }

  /// Makes the state after `stepCount` steps the initial state of the next chunk.
  package func carryState(afterSteps stepCount: Int) {
    guard stepCount > 0 else { return }
    for layer in layers {
      for state in [layer.hidden, layer.cell] where !state.isEmpty {
        state[0..<stepStride].copy(from: state[stepCount * stepStride..<(stepCount + 1) * stepStride])
      }
    }
  }
}
