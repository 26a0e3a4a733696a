/// The shape of a model.
public struct ModelConfiguration: Equatable, Sendable {
  /// What the layers are made of.
  public var cell: RecurrentCell
  /// Characters that are read and predicted.
  public var vocabularySize: Int
  /// Units of each layer.
  public var hiddenSize: Int
  /// Layers, each of which reads what the one below puts out.
  public var layerCount: Int
  /// How characters are read; nil if layer 0 looks up rows of its weights.
  public var embedding: Embedding?
  /// How the sums of gates are normalized; nil if they are not.
  public var normalization: Normalization?
  /// What layers from layer 1 up make of their input and of what they compute of it.
  public var connection: Connection

  /// The largest accepted value of each size; with them no count of parameters overflows.
  public static let maximumSize = 1 << 24
  /// The most layers that are accepted.
  public static let maximumLayerCount = 1 << 10

  /// A shape; ``isValid`` says whether a model can have it.
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

  /// Whether all sizes are positive and at most their maxima, those that must be equal are, and a constant is in its
  /// bounds.
  public var isValid: Bool {
    let sizes = 1...Self.maximumSize
    return sizes.contains(vocabularySize) && sizes.contains(hiddenSize)
      && (1...Self.maximumLayerCount).contains(layerCount)
      && embedding.map { sizes.contains($0.size) && (!$0.isTied || $0.size == hiddenSize) } != false
      && connection.isValid
  }

  /// Numbers that are learned.
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

  /// Floating-point operations that training on one character needs, by the weights that it meets in products:
  /// two forward, four backward. Looking up a row counts nothing.
  public var operationsPerTrainedCharacter: Double { 6 * productWeights }

  /// Weights that a character meets in products.
  package var productWeights: Double { layerProductWeights + outputWeights }

  /// Those of the output layer.
  package var outputWeights: Double { Double(hiddenSize) * Double(vocabularySize) }

  /// Those of all layers below.
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

  /// Whether the layer has a product with what it reads, rather than rows that are looked up.
  package func multipliesInput(ofLayer layer: Int) -> Bool { layer > 0 || embedding != nil }
}

extension ModelConfiguration {
  /// Names and shapes of the tensors of a checkpoint, in their order. A valid configuration's products cannot overflow.
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
