package import KernelTemplates

/// The offsets of a model's matrices in the single allocation of all parameters. Gradients and the moments of the
/// optimizers have the same layout, so that optimizer steps and clipping are one loop each.
package struct ParameterLayout: Sendable {
  /// One packed matrix; see ``Blocks``.
  package struct Matrix: Sendable {
    package var offset: Int
    package var rowCount: Int
    package var blocks: Blocks
    package var size: Int { blocks.size(rows: rowCount) }

    package var range: Range<Int> { offset..<offset + size }

    package func index(row: Int, gate: Int, unit: Int) -> Int {
      offset + blocks.index(row: row, gate: gate, unit: unit, rows: rowCount)
    }

    /// Returns the distance between the indices of consecutive rows of one unit's columns.
    func rowDistance(ofUnit unit: Int) -> Int { blocks.width(of: unit / (blocks.unitColumns * columnWidth)) }
  }

  /// The parameters of one group of gates.
  package struct Group: Sendable {
    package var input: Matrix  // (input, gate, unit)
    package var recurrent: Matrix  // (hidden, gate, unit)
    package var bias: Matrix  // (1, gate, unit)
    package var peepholes: [Matrix]  // each (1, unit), of the gates that have them
    package var normalization: Normalization?  // nil without layer normalization
  }

  package struct Normalization: Sendable {
    package var inputGain: Matrix  // (1, gate, unit)
    package var recurrentGain: Matrix  // (1, gate, unit)
    package var cellGain: Matrix?  // (1, unit); nil without a cell state
    package var cellBias: Matrix?  // (1, unit); nil without a cell state
  }

  package struct ConnectionGates: Sendable {
    package var weight: Matrix  // (hidden, gate, unit)
    package var bias: Matrix  // (1, gate, unit)
  }

  package let configuration: ModelConfiguration
  /// The decoder weights if they are tied; nil if layer 0 looks up rows of its weights.
  package private(set) var embedding: Matrix?  // (embedding, character)
  package private(set) var layers: [[Group]]  // (layer, group)
  package private(set) var decoderWeight: Matrix  // (hidden, character)
  package private(set) var decoderBias: Matrix  // (1, character)
  package private(set) var connections: [ConnectionGates?]  // (layer), nil without gates
  /// Floats in the allocation, padding included; a multiple of sixteen.
  package private(set) var size: Int

  package init(_ configuration: ModelConfiguration) {
    precondition(configuration.isValid, "the sizes of the model are out of range")
    self.configuration = configuration
    var allocation = Allocation(configuration)
    let (hidden, vocabulary) = (configuration.hiddenSize, configuration.vocabularySize)
    if let embedding = configuration.embedding, !embedding.isTied {
      self.embedding = allocation.place(rows: embedding.size, units: vocabulary)
    }
    layers = (0..<configuration.layerCount).map { layer in
      configuration.cell.description.groups.map {
        allocation.place($0, inputSize: configuration.inputSize(ofLayer: layer))
      }
    }
    decoderWeight = allocation.place(rows: hidden, units: vocabulary)
    decoderBias = allocation.place(rows: 1, units: vocabulary)
    let gateCount = configuration.connection.gateCount
    connections = (0..<configuration.layerCount).map { layer in
      guard layer > 0, gateCount > 0 else { return nil }
      return ConnectionGates(
        weight: allocation.place(rows: hidden, gates: gateCount), bias: allocation.place(rows: 1, gates: gateCount))
    }
    if configuration.embedding?.isTied == true { embedding = decoderWeight }
    size = allocation.end
  }

  private struct Allocation {
    private let configuration: ModelConfiguration
    private(set) var end = 0

    init(_ configuration: ModelConfiguration) { self.configuration = configuration }

    /// - Parameter units: The hidden size if nil.
    mutating func place(rows: Int, units: Int? = nil, gates: Int = 1) -> Matrix {
      let blocks = Blocks(units: units ?? configuration.hiddenSize, gates: gates)
      let matrix = Matrix(offset: end, rowCount: rows, blocks: blocks)
      end += matrix.size
      return matrix
    }

    mutating func place(_ group: CellDescription.Group, inputSize: Int) -> Group {
      Group(
        input: place(rows: inputSize, gates: group.inputGates.count),
        recurrent: place(rows: configuration.hiddenSize, gates: group.recurrentGates.count),
        bias: place(rows: 1, gates: group.gates.count),
        peepholes: group.gates.filter(\.hasPeephole).map { _ in place(rows: 1) },
        normalization: placeNormalization(group))
    }

    private mutating func placeNormalization(_ group: CellDescription.Group) -> Normalization? {
      guard configuration.normalization == .layer else { return nil }
      let state = configuration.cell.description.hasCellState ? (0..<2).map { _ in place(rows: 1) } : []
      return Normalization(
        inputGain: place(rows: 1, gates: group.inputGates.count),
        recurrentGain: place(rows: 1, gates: group.recurrentGates.count), cellGain: state.first, cellBias: state.last)
    }
  }
}
