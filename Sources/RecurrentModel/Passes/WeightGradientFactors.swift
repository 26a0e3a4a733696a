internal import KernelTemplates
internal import RecurrentCells

/// All matrices whose gradient is a product with the same gate gradients.
struct WeightGradientFactors: Sendable {
  /// The gradients that are one factor.
  enum Source: Sendable {
    case gates(layer: Int, group: Int)
    case logits
    case embeddings  // ∂L/∂embedded, which is added to the rows of a table
    case normalizedProducts(layer: Int, group: Int, Part)  // with layer normalization: those of the products before it
    case gain(layer: Int, group: Int, Part)  // already summed over the steps. (batch, unit)
    case peephole(layer: Int, index: Int)  // already summed over the steps. (batch, unit)
    case cellGain(layer: Int, group: Int)
    case cellBias(layer: Int, group: Int)
    case connection(layer: Int)  // gates of a skip connection
  }

  /// One of the two products in a pre-activation.
  enum Part: Sendable {
    case input
    case recurrent
  }

  /// The other factor.
  enum Operand: Equatable, Sendable {
    case previousHidden(layer: Int)  // h before each step
    case output(layer: Int)  // output after each step
    case resetHidden(layer: Int)
    case characters  // inputs of layer 0 that looks up weight rows
    case embedded  // inputs of layer 0 that are embeddings
    case one  // the factor of a bias
    case embeddingGradients  // none: the gradients of the inputs of layer 0 are added to the embeddings
  }

  struct Product: Sendable {
    var matrix: ParameterLayout.Matrix
    var operand: Operand
    var gates: Range<Int>  // that the matrix belongs to
  }

  var source: Source
  var products: [Product]

  static func all(of layout: ParameterLayout) -> [WeightGradientFactors] {
    let last = layout.configuration.layerCount - 1
    let embedding = layout.embedding.map { Product(matrix: $0, operand: .embeddingGradients, gates: 0..<1) }
    let isTied = layout.configuration.embedding?.isTied == true
    let output = WeightGradientFactors(
      source: .logits,
      products: [
        Product(matrix: layout.decoderWeight, operand: .output(layer: last), gates: 0..<1),
        Product(matrix: layout.decoderBias, operand: .one, gates: 0..<1),
      ] + (isTied ? [embedding].compactMap(\.self) : []))
    return layout.layers.indices.flatMap { cells(of: layout, layer: $0) }
      + layout.layers.indices.flatMap { peepholes(of: layout, layer: $0) } + [output]
      + layout.layers.indices.compactMap { connection(of: layout, layer: $0) }
      + (isTied ? [] : embedding.map { [WeightGradientFactors(source: .embeddings, products: [$0])] } ?? [])
  }

  private static func cells(of layout: ParameterLayout, layer: Int) -> [WeightGradientFactors] {
    let descriptions = layout.configuration.cell.description.groups
    let inputOperand: Operand =
      layer > 0 ? .output(layer: layer - 1) : layout.embedding == nil ? .characters : .embedded
    return zip(layout.layers[layer], descriptions).enumerated().flatMap { index, pair in
      let (group, description) = pair
      let recurrent = Product(
        matrix: group.recurrent,
        operand: description.recurrentFactor == .hidden ? .previousHidden(layer: layer) : .resetHidden(layer: layer),
        gates: description.recurrentGates)
      let input = Product(matrix: group.input, operand: inputOperand, gates: description.inputGates)
      let bias = Product(matrix: group.bias, operand: .one, gates: 0..<description.gates.count)
      let gates = Source.gates(layer: layer, group: index)
      guard let normalization = group.normalization else {
        return [WeightGradientFactors(source: gates, products: [recurrent, input, bias])]
      }
      return [
        WeightGradientFactors(
          source: .normalizedProducts(layer: layer, group: index, .recurrent), products: [recurrent]),
        WeightGradientFactors(source: .normalizedProducts(layer: layer, group: index, .input), products: [input]),
        WeightGradientFactors(source: gates, products: [bias]),
      ] + gains(of: normalization, description, layer: layer, group: index)
    }
  }

  private static func gains(
    of normalization: ParameterLayout.Normalization, _ description: CellDescription.Group, layer: Int, group: Int
  ) -> [WeightGradientFactors] {
    let sources: [(Source, ParameterLayout.Matrix?, Range<Int>)] = [
      (.gain(layer: layer, group: group, .input), normalization.inputGain, description.inputGates),
      (.gain(layer: layer, group: group, .recurrent), normalization.recurrentGain, description.recurrentGates),
      (.cellGain(layer: layer, group: group), normalization.cellGain, 0..<1),
      (.cellBias(layer: layer, group: group), normalization.cellBias, 0..<1),
    ]
    return sources.compactMap { source, matrix, gates in
      matrix.map { WeightGradientFactors(source: source, products: [Product(matrix: $0, operand: .one, gates: gates)]) }
    }
  }

  private static func peepholes(of layout: ParameterLayout, layer: Int) -> [WeightGradientFactors] {
    layout.layers[layer].flatMap(\.peepholes).enumerated().map { index, matrix in
      WeightGradientFactors(
        source: .peephole(layer: layer, index: index),
        products: [Product(matrix: matrix, operand: .one, gates: 0..<1)])
    }
  }

  private static func connection(of layout: ParameterLayout, layer: Int) -> WeightGradientFactors? {
    layout.connections[layer].map { gates in
      let all = 0..<gates.weight.blocks.gates
      return WeightGradientFactors(
        source: .connection(layer: layer),
        products: [
          Product(matrix: gates.weight, operand: .output(layer: layer - 1), gates: all),
          Product(matrix: gates.bias, operand: .one, gates: all),
        ])
    }
  }
}
