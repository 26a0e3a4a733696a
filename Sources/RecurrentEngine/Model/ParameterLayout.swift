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
  }

  package let configuration: ModelConfiguration
  package private(set) var layers: [[Group]] = []
  package private(set) var decoderWeight: Matrix  // (hidden, character)
  package private(set) var decoderBias: Matrix  // (1, character)
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
    for layer in 0..<configuration.layerCount {
      let inputSize = configuration.inputSize(ofLayer: layer)
      layers.append(
        configuration.cell.description.groups.map { group in
          Group(
            input: place(rows: inputSize, units: hidden, gates: group.inputGates.count),
            recurrent: place(rows: hidden, units: hidden, gates: group.recurrentGates.count),
            bias: place(rows: 1, units: hidden, gates: group.gates.count))
        })
    }
    decoderWeight = place(rows: hidden, units: configuration.vocabularySize, gates: 1)
    decoderBias = place(rows: 1, units: configuration.vocabularySize, gates: 1)
    size = end
  }
}
