package import KernelTemplates

/// Where each matrix of a model stands in the one allocation that holds all parameters. Gradients and the moments of
/// the optimizers are laid out alike, so that updating and clipping are one loop each.
package struct ParameterLayout: Sendable {
  /// One packed matrix; see ``Blocks``.
  package struct Matrix: Sendable {
    package var offset: Int
    package var rowCount: Int
    package var blocks: Blocks
    package var size: Int { blocks.size(rows: rowCount) }

    /// Where one element stands in the allocation.
    package func index(row: Int, gate: Int, unit: Int) -> Int {
      offset + blocks.index(row: row, gate: gate, unit: unit, rows: rowCount)
    }
  }

  /// The parameters of one group of gates.
  package struct Group: Sendable {
    package var input: Matrix  // (input, gate, unit)
    package var recurrent: Matrix  // (hidden, gate, unit)
    package var bias: Matrix  // (1, gate, unit)
    /// Of the gates that see the cell state.
    package var peepholes: [Matrix]  // each (1, unit)
    /// Nil where nothing is normalized.
    package var normalization: Normalization?
  }

  /// The parameters of layer normalization of one group of gates.
  package struct Normalization: Sendable {
    package var inputGain: Matrix  // (1, gate, unit)
    package var recurrentGain: Matrix  // (1, gate, unit)
    /// Of the cell state; nil in cells without one.
    package var cellGain: Matrix?  // (1, unit)
    package var cellBias: Matrix?  // (1, unit)
  }

  /// The parameters of the gates that join a layer to the one below.
  package struct ConnectionGates: Sendable {
    package var weight: Matrix  // (hidden, gate, unit)
    package var bias: Matrix  // (1, gate, unit)
  }

  package let configuration: ModelConfiguration
  /// That of the decoder where they are tied; nil where layer 0 looks up rows of its weights.
  package private(set) var embedding: Matrix?  // (embedding, character)
  package private(set) var layers: [[Group]] = []
  package private(set) var decoderWeight: Matrix  // (hidden, character)
  package private(set) var decoderBias: Matrix  // (1, character)
  /// Of each layer; nil where there are no such gates.
  package private(set) var connections: [ConnectionGates?]
  /// Floats in the allocation, padding included; a multiple of sixteen.
  package private(set) var size = 0

  package init(_ configuration: ModelConfiguration) {
    precondition(configuration.isValid, "the sizes of the model are out of range")
    self.configuration = configuration
    var end = 0
    func place(rows: Int, units: Int, gates: Int) -> Matrix {
      let matrix = Matrix(offset: end, rowCount: rows, blocks: Blocks(units: units, gates: gates))
      end += matrix.size
      return matrix
    }
    let hidden = configuration.hiddenSize
    if let embedding = configuration.embedding, !embedding.isTied {
      self.embedding = place(rows: embedding.size, units: configuration.vocabularySize, gates: 1)
    }
    let description = configuration.cell.description
    func placeNormalization(of group: CellDescription.Group) -> Normalization? {
      guard configuration.normalization == .layer else { return nil }
      let state = description.hasCellState ? (0..<2).map { _ in place(rows: 1, units: hidden, gates: 1) } : []
      return Normalization(
        inputGain: place(rows: 1, units: hidden, gates: group.inputGates.count),
        recurrentGain: place(rows: 1, units: hidden, gates: group.recurrentGates.count), cellGain: state.first,
        cellBias: state.last)
    }
    for layer in 0..<configuration.layerCount {
      let inputSize = configuration.inputSize(ofLayer: layer)
      layers.append(
        description.groups.map { group in
          Group(
            input: place(rows: inputSize, units: hidden, gates: group.inputGates.count),
            recurrent: place(rows: hidden, units: hidden, gates: group.recurrentGates.count),
            bias: place(rows: 1, units: hidden, gates: group.gates.count),
            peepholes: group.gates.filter(\.hasPeephole).map { _ in place(rows: 1, units: hidden, gates: 1) },
            normalization: placeNormalization(of: group))
        })
    }
    decoderWeight = place(rows: hidden, units: configuration.vocabularySize, gates: 1)
    decoderBias = place(rows: 1, units: configuration.vocabularySize, gates: 1)
    let gateCount = configuration.connection.gateCount
    connections = (0..<configuration.layerCount).map { layer in
      guard layer > 0, gateCount > 0 else { return nil }
      return ConnectionGates(
        weight: place(rows: hidden, units: hidden, gates: gateCount),
        bias: place(rows: 1, units: hidden, gates: gateCount))
    }
    if configuration.embedding?.isTied == true { embedding = decoderWeight }
    size = end
  }
}
