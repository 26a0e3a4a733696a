/// How a model starts.
public struct Initialization: Codable, Equatable, Sendable {
  /// Where the random numbers start.
  public var seed: UInt64
  /// What the bias of the LSTM's forget gate starts from (Jozefowicz et al. 2015): 1 keeps the cell state at first.
  public var forgetBias: Float

  /// Random weights by a seed.
  public init(seed: UInt64, forgetBias: Float = 1) {
    self.seed = seed
    self.forgetBias = forgetBias
  }
}

extension Initialization {
  /// Draws all weights in the order of the file, uniform in ±1/√hiddenSize; biases are zero but for the forget gate's.
  ///
  /// Only the rows that layer 0 looks up are uniform in ±1: one of them is all that a character brings, where a product
  /// has hiddenSize terms. As small as the others they leave the LSTM at the characters' bare frequencies for long: on
  /// 1 MB of English, 10 epochs of 2×128 reached 1.63 nats with ±1 and 1.77 with ±0.3 (GRU 1.558 and 1.572, RNN 1.656
  /// and 1.675).
  func initialize(_ parameters: FloatBuffer, _ layout: ParameterLayout) {
    parameters.fill(with: 0)
    let configuration = layout.configuration
    var random = RandomGenerator(seed: seed)
    let bound = 1 / Float(configuration.hiddenSize).squareRoot()
    for tensor in layout.pyTorchTensors where tensor.shape.count == 2 {
      let tensorBound = tensor.name == "rnn.weight_ih_l0" ? 1 : bound
      let count = tensor.shape[0] * tensor.shape[1]
      tensor.add((0..<count).map { _ in random.nextUniform(tensorBound) }, to: parameters.pointer)
    }
    for (groups, description) in layout.layers.map({ ($0, configuration.cell.description.groups) }) {
      for (group, gates) in zip(groups, description) {
        for (index, gate) in gates.gates.enumerated() where gate.isForgetGate {
          for unit in 0..<configuration.hiddenSize {
            parameters.pointer[group.bias.index(row: 0, gate: index, unit: unit)] = forgetBias
          }
        }
      }
    }
  }
}
