/// A named parameter of a model.
///
/// Parameters are in this order:
///
/// - `embeddings`, if there are any;
/// - for each layer from the lowest, for each gate (LSTM i f g o; GRU r z ĥ; RNN h): `layers.0.W.i`, `layers.0.U.i`,
///   `layers.0.b.i`, for the candidate of the reset-after GRU `layers.0.b′.ĥ`, and with layer normalization
///   `layers.0.gW.i` and `layers.0.gU.i`; then with peepholes `layers.0.p.i`, and in an LSTM with layer normalization
///   `layers.0.gc` and `layers.0.bc`;
/// - for each layer with a highway or gated connection: `layers.1.A`, `layers.1.bA`, and for a gated one `layers.1.B`,
///   `layers.1.bB`;
/// - `output.W`, unless it is tied to the embeddings, and `output.b`.
public struct NamedTensor: Equatable, Sendable {
  public let name: String
  public let shape: [Int]

  /// Elements in row-major order.
  public var values: [Double]
}

extension ReferenceLanguageModel {
  public var parameters: [NamedTensor] {
    get {
      parameterPaths.map {
        NamedTensor(name: $0.name, shape: self[keyPath: $0.shape], values: self[keyPath: $0.values])
      }
    }
    set {
      let paths = parameterPaths
      precondition(newValue.map(\.name) == paths.map(\.name), "parameters of another model")
      for (tensor, path) in zip(newValue, paths) {
        precondition(tensor.values.count == self[keyPath: path.values].count, "\(tensor.name) of another size")
        self[keyPath: path.values] = tensor.values
      }
    }
  }

  private struct ParameterPath {
    let name: String
    let shape: KeyPath<ReferenceLanguageModel, [Int]>
    let values: WritableKeyPath<ReferenceLanguageModel, [Double]>

    init(_ name: String, _ matrix: WritableKeyPath<ReferenceLanguageModel, Matrix>) {
      self.name = name
      shape = matrix.appending(path: \.shape)
      values = matrix.appending(path: \.values)
    }

    init(_ name: String, _ vector: WritableKeyPath<ReferenceLanguageModel, Vector>) {
      self.name = name
      shape = vector.appending(path: \.shape)
      values = vector.appending(path: \.values)
    }
  }

  private var parameterPaths: [ParameterPath] {
    var paths = shape.embeddingSize == nil ? [] : [ParameterPath("embeddings", \.embeddings)]
    for layer in layers.indices {
      let cell: WritableKeyPath<ReferenceLanguageModel, Cell> = \.layers[layer]
      for gate in Cell.gates {
        paths.append(ParameterPath("layers.\(layer).W.\(gate.name)", cell.appending(path: gate.W)))
        paths.append(ParameterPath("layers.\(layer).U.\(gate.name)", cell.appending(path: gate.U)))
        paths.append(ParameterPath("layers.\(layer).b.\(gate.name)", cell.appending(path: gate.b)))
        if let recurrentBias = gate.recurrentBias {
          paths.append(ParameterPath("layers.\(layer).b′.\(gate.name)", cell.appending(path: recurrentBias)))
        }
        if let gains = gate.gains {
          paths.append(ParameterPath("layers.\(layer).gW.\(gate.name)", cell.appending(path: gains.gW)))
          paths.append(ParameterPath("layers.\(layer).gU.\(gate.name)", cell.appending(path: gains.gU)))
        }
      }
      for peephole in Cell.peepholes {
        paths.append(ParameterPath("layers.\(layer).p.\(peephole.name)", cell.appending(path: peephole.p)))
      }
      if let state = Cell.normalizationOfState {
        paths.append(ParameterPath("layers.\(layer).gc", cell.appending(path: state.gain)))
        paths.append(ParameterPath("layers.\(layer).bc", cell.appending(path: state.bias)))
      }
    }
    for layer in layers.indices {
      let connection: WritableKeyPath<ReferenceLanguageModel, LayerConnection> = \.connections[layer]
      for gate in connections[layer].kind.gates {
        paths.append(ParameterPath("layers.\(layer).\(gate.name)", connection.appending(path: gate.weights)))
        paths.append(ParameterPath("layers.\(layer).b\(gate.name)", connection.appending(path: gate.bias)))
      }
    }
    if !shape.isTied { paths.append(ParameterPath("output.W", \.outputWeights)) }
    return paths + [ParameterPath("output.b", \.outputBias)]
  }
}
