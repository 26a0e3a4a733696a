internal import RandomNumbers

/// How a model starts.
public struct Initialization: Codable, Equatable, Sendable {
  /// Where the random numbers start.
  public var seed: UInt64
  /// What the bias of the LSTM's forget gate starts from (Jozefowicz et al. 2015): 1 keeps the cell state at first.
  public var forgetBias: Float
  /// What the recurrent weights start from. All others are the same with each.
  public var recurrent: RecurrentInitialization

  /// Random weights by a seed.
  public init(seed: UInt64, forgetBias: Float = 1, recurrent: RecurrentInitialization = .uniform) {
    self.seed = seed
    self.forgetBias = forgetBias
    self.recurrent = recurrent
  }
}

extension Initialization {
  /// Draws all weights in the order of the file, uniform in ±1/√hiddenSize unless ``bound(ofTensor:_:)`` says otherwise;
  /// biases are zero but for those of forget gates and of the gates between layers, and gains are 1.
  package func initialize(_ network: RecurrentNetwork) {
    let (parameters, layout) = (network.parameters, network.layout)
    parameters.fill(with: 0)
    let configuration = layout.configuration
    let recurrentTensors = (0..<configuration.layerCount).map { "rnn.weight_hh_l\($0)" }
    var random = RandomGenerator(seed: seed)
    for tensor in layout.pyTorchTensors {
      guard tensor.shape.count == 2 else {
        if tensor.isGain { tensor.add([Float](repeating: 1, count: tensor.shape[0]), to: parameters.pointer) }
        continue
      }
      let tensorBound = bound(ofTensor: tensor.name, configuration)
      let count = tensor.shape[0] * tensor.shape[1]
      var elements = (0..<count).map { _ in random.nextUniform(tensorBound) }
      if let layer = recurrentTensors.firstIndex(of: tensor.name) {
        setRecurrentWeights(&elements, configuration, layer: layer)
      }
      tensor.add(elements, to: parameters.pointer)
    }
    for (groups, description) in layout.layers.map({ ($0, configuration.cell.description.groups) }) {
      for (group, gates) in zip(groups, description) {
        for (index, gate) in gates.gates.enumerated() where gate.role == .forget {
          for unit in 0..<configuration.hiddenSize {
            parameters.pointer[group.bias.index(row: 0, gate: index, unit: unit)] = forgetBias
          }
        }
      }
    }
    for gates in layout.connections {
      for (index, start) in configuration.connection.initialGateBiases.enumerated() {
        guard let bias = gates?.bias else { continue }
        for unit in 0..<configuration.hiddenSize {
          parameters.pointer[bias.index(row: 0, gate: index, unit: unit)] = start
        }
      }
    }
  }

  /// What a character brings must be large: as small as the other weights, the rows that layer 0 looks up leave the LSTM
  /// at the characters' bare frequencies for long. On 1 MB of English, 10 epochs of 2×128 reached 1.63 nats with ±1 and
  /// 1.77 with ±0.3 (GRU 1.558 and 1.572, RNN 1.656 and 1.675).
  ///
  /// So embeddings have a variance of 1, as in PyTorch, and the weights that they meet are such that their product has it,
  /// too: 3 epochs of 2×128 with embeddings of 128 reached 1.694 nats so, and 1.778 with ±1 and ±1/√size. Tied ones make
  /// the logits, too, and are smaller, ±1: on 400 kB they reached 1.687 nats (GRU 1.685), with ±√3 1.704 (1.731), and with
  /// ±1/√hiddenSize, as weights of the output else have, 1.933.
  private func bound(ofTensor name: String, _ configuration: ModelConfiguration) -> Float {
    let usual = 1 / Float(configuration.hiddenSize).squareRoot()
    guard let embedding = configuration.embedding else { return name == "rnn.weight_ih_l0" ? 1 : usual }
    let ofEmbeddings = embedding.isTied ? 1 : Float(3).squareRoot()
    switch name {
    case "embedding.weight": return ofEmbeddings
    case "rnn.weight_ih_l0": return 3 / (ofEmbeddings * Float(embedding.size).squareRoot())
    default: return usual
    }
  }

  /// - Parameter elements: Of PyTorch's `weight_hh`: gate after gate.
  private func setRecurrentWeights(_ elements: inout [Float], _ configuration: ModelConfiguration, layer: Int) {
    let description = configuration.cell.description
    let count = configuration.hiddenSize * configuration.hiddenSize
    // Numbers of their own, so that the uniform ones are the same whatever these are.
    var random = RandomGenerator(seed: seed, stream: UInt64(layer) + 1)
    for gate in 0..<description.pyTorchGateCount {
      let weights = recurrent.weights(
        hiddenSize: configuration.hiddenSize, isCandidate: gate == description.pyTorchCandidate, using: &random)
      if let weights { elements.replaceSubrange(gate * count..<(gate + 1) * count, with: weights) }
    }
  }
}
