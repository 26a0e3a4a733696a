internal import KernelTemplates

extension Workspace {
  /// Number of floats in each array of a ``Workspace``, known before anything is allocated.
  package struct Sizes {
    private let configuration: ModelConfiguration
    private let batchSize: Int
    private let stepCapacity: Int
    private let isTraining: Bool
    private let regularization: Regularization
    let holdsSequences: Bool

    package init(
      _ configuration: ModelConfiguration, batchSize: Int, stepCapacity: Int, purpose: Purpose,
      regularization: Regularization = Regularization(), holdsSequences: Bool = false
    ) {
      self.configuration = configuration
      self.batchSize = batchSize
      self.stepCapacity = stepCapacity
      isTraining = purpose == .training
      self.regularization = regularization
      self.holdsSequences = holdsSequences
    }

    private var description: CellDescription { configuration.cell.description }
    private var stateOfStep: Int { batchSize * configuration.stateStride }
    private var states: Int { stepCapacity * stateOfStep }
    private var gateRows: Int { (isTraining ? stepCapacity : stepBlockSize) * batchSize }
    private var hasSkipOutput: Bool { configuration.layerCount > 1 && configuration.connection != .plain }

    private func activations(units: Int, gates: Int) -> Int { Blocks(units: units, gates: gates).size(rows: gateRows) }

    /// Enough rows that reading the weights is cheap, few enough that their pre-activations are in the cache when used.
    var stepBlockSize: Int { max(1, min(stepCapacity, 192 / batchSize)) }
    var hidden: Int { states + stateOfStep }
    var dropped: Int { regularization.dropout > 0 ? states : 0 }
    var skipOutput: Int { hasSkipOutput ? states : 0 }  // of each layer but the first
    /// Of each layer but the first.
    var connectionGates: Int {
      let gateCount = hasSkipOutput ? configuration.connection.gateCount : 0
      return gateCount > 0 ? activations(units: configuration.hiddenSize, gates: gateCount) : 0
    }
    var cell: Int { description.hasCellState ? hidden : 0 }
    var previousHidden: Int { holdsSequences ? states : 0 }
    var previousCell: Int { description.hasCellState ? previousHidden : 0 }
    var resetHidden: Int { description.groups.contains { $0.recurrentFactor == .resetHidden } ? states : 0 }
    var gates: [Int] { description.groups.map { activations(units: configuration.hiddenSize, gates: $0.gates.count) } }
    var peepholeGradients: [Int] {
      Array(repeating: stateOfStep, count: isTraining ? description.peepholeCount : 0)
    }
    var normalization: [NormalizedGroup.Sizes] {
      guard configuration.normalization != nil else { return [] }
      return description.groups.map {
        NormalizedGroup.Sizes(
          configuration, gateCount: $0.gates.count, gateRows: gateRows, batchSize: batchSize, isTraining: isTraining)
      }
    }
    var logits: Int { activations(units: configuration.vocabularySize, gates: 1) }
    var inputFactors: Int { regularization.inputDropout > 0 ? stepCapacity * batchSize : 0 }
    var embedded: Int {
      configuration.embedding == nil ? 0 : stepCapacity * batchSize * configuration.inputStride(ofLayer: 0)
    }
    var embeddedGradient: Int { isTraining ? embedded : 0 }
    var outputGradient: Int { isTraining ? states : 0 }
    var addedGradient: Int { isTraining ? skipOutput : 0 }
    var gradientOfStep: Int { isTraining ? stateOfStep : 0 }

    package func total(layerCount: Int) -> Int {
      let ofLayer =
        hidden + dropped + cell + previousHidden + previousCell + resetHidden + gates.reduce(0, +)
        + peepholeGradients.reduce(0, +) + normalization.reduce(0) { $0 + $1.total }
      return layerCount * ofLayer + (layerCount - 1) * (skipOutput + connectionGates) + logits + inputFactors
        + outputGradient + addedGradient + 3 * gradientOfStep + embedded + embeddedGradient
    }
  }
}

extension ModelConfiguration {
  /// Floats from row to row of the state arrays.
  package var stateStride: Int { rowStride(of: hiddenSize) }

  /// Floats from row to row of the input of a layer that multiplies it.
  func inputStride(ofLayer layer: Int) -> Int { rowStride(of: inputSize(ofLayer: layer)) }

  private func rowStride(of size: Int) -> Int {
    let columns = (size + columnWidth - 1) / columnWidth
    // An odd number of cache lines: rows at a distance of a power of two would share a few cache sets.
    return (columns % 2 == 0 ? columns + 1 : columns) * columnWidth
  }
}
