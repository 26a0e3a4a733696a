internal import KernelTemplates

/// All matrices whose gradient is a product with the same gate gradients.
struct GradientFactors {
  /// The gradients that are one factor.
  enum Source {
    case gates(layer: Int, group: Int)
    case logits
    /// With layer normalization: of one of the sums.
    case normalizedSums(layer: Int, group: Int, Part)
    /// Of a gain, already summed over the steps, a row for each of the batch.
    case gain(layer: Int, group: Int, Part)
    /// Of a peephole, likewise.
    case peephole(layer: Int, index: Int)
    case cellGain(layer: Int, group: Int)
    case cellBias(layer: Int, group: Int)
    /// Of the gates that join a layer to the one below.
    case connection(layer: Int)
  }

  /// One of the two sums of a gate.
  enum Part {
    case input
    case recurrent
  }

  /// The other factor.
  enum Operand {
    /// h of a layer before each step.
    case previousHidden(layer: Int)
    /// What a layer has put out after each step.
    case output(layer: Int)
    case resetHidden(layer: Int)
    /// Inputs of layer 0: the rows that were looked up.
    case characters
    /// Inputs of layer 0 that are embeddings.
    case embedded
    /// What a bias is multiplied with.
    case one
  }

  struct Product {
    var matrix: ParameterLayout.Matrix
    var operand: Operand
    /// The gates that belong to the matrix.
    var gates: Range<Int>
  }

  var source: Source
  var products: [Product]

  static func all(of layout: ParameterLayout) -> [GradientFactors] {
    let descriptions = layout.configuration.cell.description.groups
    func input(ofLayer layer: Int) -> Operand {
      if layer > 0 { return .output(layer: layer - 1) }
      return layout.embedding == nil ? .characters : .embedded
    }
    let layers = layout.layers.enumerated().flatMap { layer, groups in
      zip(groups, descriptions).enumerated().flatMap { index, pair in
        let (group, description) = pair
        let recurrent = Product(
          matrix: group.recurrent,
          operand: description.recurrentFactor == .hidden
            ? .previousHidden(layer: layer) : .resetHidden(layer: layer),
          gates: description.recurrentGates)
        let input = Product(matrix: group.input, operand: input(ofLayer: layer), gates: description.inputGates)
        let bias = Product(matrix: group.bias, operand: .one, gates: 0..<description.gates.count)
        let gates = Source.gates(layer: layer, group: index)
        guard let normalization = group.normalization else {
          return [GradientFactors(source: gates, products: [recurrent, input, bias])]
        }
        return [
          GradientFactors(source: .normalizedSums(layer: layer, group: index, .recurrent), products: [recurrent]),
          GradientFactors(source: .normalizedSums(layer: layer, group: index, .input), products: [input]),
          GradientFactors(source: gates, products: [bias]),
        ] + gains(of: normalization, description, layer: layer, group: index)
      }
    }
    let peepholes = layout.layers.enumerated().flatMap { layer, groups in
      groups.flatMap(\.peepholes).enumerated().map { index, matrix in
        GradientFactors(
          source: .peephole(layer: layer, index: index),
          products: [Product(matrix: matrix, operand: .one, gates: 0..<1)])
      }
    }
    let output = GradientFactors(
      source: .logits,
      products: [
        Product(
          matrix: layout.decoderWeight,
          operand: .output(layer: layout.configuration.layerCount - 1), gates: 0..<1),
        Product(matrix: layout.decoderBias, operand: .one, gates: 0..<1),
      ])
    let connections = layout.connections.enumerated().compactMap { layer, gates -> GradientFactors? in
      guard let gates else { return nil }
      let all = 0..<gates.weight.blocks.gates
      return GradientFactors(
        source: .connection(layer: layer),
        products: [
          Product(matrix: gates.weight, operand: .output(layer: layer - 1), gates: all),
          Product(matrix: gates.bias, operand: .one, gates: all),
        ])
    }
    return layers + peepholes + [output] + connections
  }

  private static func gains(
    of normalization: ParameterLayout.Normalization, _ description: CellDescription.Group, layer: Int, group: Int
  ) -> [GradientFactors] {
    let sources: [(Source, ParameterLayout.Matrix?, Range<Int>)] = [
      (.gain(layer: layer, group: group, .input), normalization.inputGain, description.inputGates),
      (.gain(layer: layer, group: group, .recurrent), normalization.recurrentGain, description.recurrentGates),
      (.cellGain(layer: layer, group: group), normalization.cellGain, 0..<1),
      (.cellBias(layer: layer, group: group), normalization.cellBias, 0..<1),
    ]
    return sources.compactMap { source, matrix, gates in
      matrix.map { GradientFactors(source: source, products: [Product(matrix: $0, operand: .one, gates: gates)]) }
    }
  }

  /// Products with whole rows of states.
  var stateProducts: [Product] {
    products.filter {
      switch $0.operand {
      case .previousHidden, .output, .resetHidden, .embedded: true
      case .characters, .one: false
      }
    }
  }

  /// Cuts the work into pieces whose gradients fit into the second-level cache, and into a few for each thread: into
  /// parts of the columns and shares of the inputs, so that the pieces together read as little as can be.
  func pieces(threadCount: Int) -> [GradientPiece] {
    let matrix = products[0].matrix
    let columns = matrix.blocks.count * matrix.blocks.fullWidth
    let inputs = stateProducts.reduce(0) { $0 + $1.matrix.rowCount }
    let wanted = max(threadCount, columns * inputs / 131_072)

    // A share of less than some tiles is not worth its start.
    let cuts = (1...max(1, min(wanted, matrix.rowCount / 48))).map { shares in
      let parts = min(matrix.blocks.count, (wanted + shares - 1) / shares)
      return (parts: parts, shares: shares, read: parts * inputs + shares * columns)
    }
    let fine = cuts.filter { $0.parts * $0.shares >= wanted }
    guard let (parts, shares, _) = (fine.isEmpty ? cuts : fine).min(by: { $0.read < $1.read }) else { return [] }
    return (0..<parts).flatMap { part in
      (0..<shares).map { share in
        GradientPiece(
          factors: self, blocks: rowShare(part, of: parts, rows: matrix.blocks.count), share: share, shareCount: shares)
      }
    }
  }
}

/// Some columns, and of them a share of the inputs, that one thread computes.
struct GradientPiece {
  var factors: GradientFactors
  var blocks: Range<Int>
  var share: Int
  var shareCount: Int

  func inputRange(of matrix: ParameterLayout.Matrix) -> Range<Int> {
    rowShare(share, of: shareCount, rows: matrix.rowCount)
  }

  /// Multiplications for each row.
  var work: Int {
    factors.stateProducts.reduce(0) { $0 + inputRange(of: $1.matrix).count * $1.matrix.blocks.fullWidth } * blocks.count
  }

  /// As many rows as leave all that belongs to them in the second-level cache while one product follows the other.
  func rowsAtOnce(stateStride: Int) -> Int {
    let floatsOfRow =
      factors.stateProducts.count * (stateStride / shareCount) + blocks.count
      * factors.products[0].matrix.blocks.fullWidth
    let unit = 96
    return max(1, min(8, 196_608 / (floatsOfRow * unit))) * unit
  }
}
