/// The configuration of a model: cell, sizes, embedding, normalization and skip connections.
public struct ModelConfiguration: Equatable, Sendable {
  /// The cell of all layers.
  public var cell: RecurrentCell
  /// Number of distinct characters.
  public var vocabularySize: Int
  /// Number of hidden units of each layer.
  public var hiddenSize: Int
  /// Number of stacked layers.
  public var layerCount: Int
  /// The embedding of the input; nil if layer 0 looks up rows of its weights.
  public var embedding: Embedding?
  /// The normalization of pre-activations; nil for none.
  public var normalization: Normalization?
  /// The skip connection of the layers from layer 1 up.
  public var connection: Connection

  /// The largest valid value of each size; no parameter count overflows with them.
  public static let maximumSize = 1 << 24
  /// The largest valid number of layers.
  public static let maximumLayerCount = 1 << 10

  /// Creates a configuration, which need not be valid; see ``isValid``.
  public init(
    cell: RecurrentCell, vocabularySize: Int, hiddenSize: Int, layerCount: Int, embedding: Embedding? = nil,
    normalization: Normalization? = nil, connection: Connection = .plain
  ) {
    self.cell = cell
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.embedding = embedding
    self.normalization = normalization
    self.connection = connection
  }

  /// Whether all sizes are from 1 to their maxima, a tied embedding has the hidden size, and the connection is valid.
  public var isValid: Bool {
    let sizes = 1...Self.maximumSize
    return sizes.contains(vocabularySize) && sizes.contains(hiddenSize)
      && (1...Self.maximumLayerCount).contains(layerCount)
      && embedding.map { sizes.contains($0.size) && (!$0.isTied || $0.size == hiddenSize) } != false
      && connection.isValid
  }

  /// Number of trained parameters.
  public var parameterCount: Int {
    let description = cell.description
    var count = vocabularySize + vocabularySize * hiddenSize
    if let embedding, !embedding.isTied { count += vocabularySize * embedding.size }
    count += (layerCount - 1) * connection.gateCount * hiddenSize * (hiddenSize + 1)
    for layer in 0..<layerCount {
      let inputSize = inputSize(ofLayer: layer)
      count += hiddenSize * description.peepholeCount
      for group in description.groups {
        count += hiddenSize * (inputSize * group.inputGates.count + hiddenSize * group.recurrentGates.count)
        count += hiddenSize * group.gates.count
        guard normalization == .layer else { continue }
        count += hiddenSize * (group.inputGates.count + group.recurrentGates.count)
        if description.hasCellState { count += 2 * hiddenSize }
      }
    }
    return count
  }

  /// Floating-point operations per trained character: 6 per weight in a product (2 forward, 4 backward), 0 for lookups.
  public var operationsPerTrainedCharacter: Double { 6 * productWeights }

  /// Number of weights in the products of one character.
  package var productWeights: Double { layerProductWeights + outputWeights }

  package var outputWeights: Double { Double(hiddenSize) * Double(vocabularySize) }

  package var layerProductWeights: Double {
    let hidden = Double(hiddenSize)
    var weights = Double((layerCount - 1) * connection.gateCount) * hidden * hidden
    for layer in 0..<layerCount {
      for group in cell.description.groups {
        weights += hidden * hidden * Double(group.recurrentGates.count)
        if multipliesInput(ofLayer: layer) {
          weights += Double(inputSize(ofLayer: layer)) * hidden * Double(group.inputGates.count)
        }
      }
    }
    return weights
  }

  func inputSize(ofLayer layer: Int) -> Int { layer == 0 ? embedding?.size ?? vocabularySize : hiddenSize }

  /// Whether a layer multiplies its input by weights instead of looking up rows.
  package func multipliesInput(ofLayer layer: Int) -> Bool { layer > 0 || embedding != nil }
}

extension ModelConfiguration {
  /// Names and shapes of the tensors of a checkpoint, in their order. The products of a valid configuration cannot
  /// overflow.
  package var pyTorchShapes: [(name: String, shape: [Int])] {
    let gateRows = cell.description.pyTorchGateCount * hiddenSize
    let layers = (0..<layerCount).flatMap { layer -> [(String, [Int])] in
      var weights = [
        ("rnn.weight_ih_l\(layer)", [gateRows, inputSize(ofLayer: layer)]),
        ("rnn.weight_hh_l\(layer)", [gateRows, hiddenSize]),
        ("rnn.bias_ih_l\(layer)", [gateRows]),
        ("rnn.bias_hh_l\(layer)", [gateRows]),
      ]
      let peepholeCount = cell.description.peepholeCount
      if peepholeCount > 0 { weights.append(("rnn.weight_ch_l\(layer)", [peepholeCount * hiddenSize])) }
      guard normalization == .layer else { return weights }
      let gains = [("rnn.gain_ih_l\(layer)", [gateRows]), ("rnn.gain_hh_l\(layer)", [gateRows])]
      let ofState = [("rnn.gain_c_l\(layer)", [hiddenSize]), ("rnn.bias_c_l\(layer)", [hiddenSize])]
      return weights + gains + (cell.description.hasCellState ? ofState : [])
    }
    let embeddings = embedding.map { [("embedding.weight", [vocabularySize, $0.size])] } ?? []
    let decoder = embedding?.isTied == true ? [] : [("decoder.weight", [vocabularySize, hiddenSize])]
    let connectionRows = connection.gateCount * hiddenSize
    let connections = (1..<layerCount).flatMap { layer in
      [("connection.weight_l\(layer)", [connectionRows, hiddenSize]), ("connection.bias_l\(layer)", [connectionRows])]
    }
    return embeddings + layers + decoder + [("decoder.bias", [vocabularySize])]
      + (connectionRows > 0 ? connections : [])
  }
}
