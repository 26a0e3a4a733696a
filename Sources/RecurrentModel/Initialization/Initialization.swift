internal import RandomNumbers

/// The initialization of a model's parameters.
public struct Initialization: Codable, Equatable, Sendable {
  /// Random seed.
  public var seed: UInt64
  /// Initial bias of the LSTM's forget gate (Jozefowicz et al. 2015). With 1, the gate initially keeps most of the cell
  /// state.
  public var forgetBias: Float
  /// Initialization of the recurrent weights. It does not affect any other parameter.
  public var recurrent: RecurrentInitialization
  /// Initialization of the output bias.
  public var outputBias: OutputBias

  /// Creates an initialization with random weights drawn from a seed.
  public init(
    seed: UInt64, forgetBias: Float = 1, recurrent: RecurrentInitialization = .uniform, outputBias: OutputBias = .zero
  ) {
    self.seed = seed
    self.forgetBias = forgetBias
    self.recurrent = recurrent
    self.outputBias = outputBias
  }
}

extension Initialization {
  /// Sets all parameters. Weights are drawn in the order of the checkpoint, uniform in ±1/√hiddenSize except where
  /// ``bound(ofTensor:_:)`` differs; biases are 0 except those of forget gates and skip connections, and gains are 1.
  ///
  /// - Parameter outputBias: The output bias, an element for each character; nil for zeros.
  package func initialize(_ network: RecurrentNetwork, outputBias: [Float]? = nil) {
    let (parameters, layout) = (network.parameters, network.layout)
    parameters.fill(with: 0)
    let configuration = layout.configuration
    let recurrentTensors = (0..<configuration.layerCount).map { "rnn.weight_hh_l\($0)" }
    var random = RandomGenerator(seed: seed)
    for tensor in layout.pyTorchTensors {
      guard tensor.shape.count == 2 else {
        if tensor.isGain { tensor.add([Float](repeating: 1, count: tensor.shape[0]), to: parameters) }
        continue
      }
      let tensorBound = bound(ofTensor: tensor.name, configuration)
      let count = tensor.shape[0] * tensor.shape[1]
      var elements = (0..<count).map { _ in random.nextUniform(tensorBound) }
      if let layer = recurrentTensors.firstIndex(of: tensor.name) {
        setRecurrentWeights(&elements, configuration, layer: layer)
      }
      tensor.add(elements, to: parameters)
    }
    setGateBiases(parameters, layout)
    for (character, value) in (outputBias ?? []).enumerated() {
      parameters[layout.decoderBias.index(row: 0, gate: 0, unit: character)] = value
    }
  }

  private func setGateBiases(_ parameters: FloatBuffer, _ layout: ParameterLayout) {
    let configuration = layout.configuration
    func set(_ bias: ParameterLayout.Matrix, gate: Int, to value: Float) {
      for unit in 0..<configuration.hiddenSize { parameters[bias.index(row: 0, gate: gate, unit: unit)] = value }
    }
    for groups in layout.layers {
      for (group, description) in zip(groups, configuration.cell.description.groups) {
        for (index, gate) in description.gates.enumerated() where gate.role == .forget {
          set(group.bias, gate: index, to: forgetBias)
        }
      }
    }
    for case let gates? in layout.connections {
      for (index, value) in configuration.connection.initialGateBiases.enumerated() {
        set(gates.bias, gate: index, to: value)
      }
    }
  }

  /// Returns the bound of a uniform distribution. The input of layer 0 must be large: with weight rows as small as the
  /// other weights, an LSTM predicts the bare frequencies of characters for long. On 1 MB of English, 10 epochs of
  /// 2×128 reached 1.63 nats with ±1 and 1.77 with ±0.3 (GRU 1.558 and 1.572, RNN 1.656 and 1.675).
  ///
  /// Embeddings therefore have variance 1, as in PyTorch, and the weights of layer 0 are such that the product has
  /// variance 1, too: 3 epochs of 2×128 with embeddings of 128 reached 1.694 nats, compared with 1.778 for ±1 and
  /// ±1/√size. Tied embeddings also determine the logits and are smaller, ±1: on 400 kB they reached 1.687 nats (GRU
  /// 1.685), compared with 1.704 (1.731) for ±√3 and 1.933 for ±1/√hiddenSize, the bound of other output weights.
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

  /// - Parameter elements: PyTorch's `weight_hh`. (gate, unit, hidden)
  private func setRecurrentWeights(_ elements: inout [Float], _ configuration: ModelConfiguration, layer: Int) {
    let description = configuration.cell.description
    let count = configuration.hiddenSize * configuration.hiddenSize
    // A separate stream, so that the uniform weights do not depend on the method.
    var random = RandomGenerator(seed: seed, stream: UInt64(layer) + 1)
    for gate in 0..<description.pyTorchGateCount {
      let weights = recurrent.weights(
        hiddenSize: configuration.hiddenSize, isCandidate: gate == description.pyTorchCandidate, using: &random)
      if let weights { elements.replaceSubrange(gate * count..<(gate + 1) * count, with: weights) }
    }
  }
}
