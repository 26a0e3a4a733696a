// PyTorch's names and layout of the parameters, for comparison with other programs.
//
// PyTorch multiplies weights by column vectors, so every matrix is transposed, and the gates of a layer are stacked in
// one tensor of (gates·hiddenSize, inputSize). PyTorch's update gate is 1−z. Because 1 − σ(a) = σ(−a), the z rows of
// weights, biases and their gradients are negated.

/// Tensors by name, in row-major order:
///
/// - for each layer, `rnn.weight_ih_l0`, `rnn.weight_hh_l0`, `rnn.bias_ih_l0` and `rnn.bias_hh_l0`;
/// - `decoder.weight` and `decoder.bias`;
/// - with embeddings, `embedding.weight`, which is also the decoder's if there is no `decoder.weight`;
/// - with layer normalization, `rnn.gain_ih_l0` and `rnn.gain_hh_l0`, stacked like biases but never negated, and in an
///   LSTM `rnn.gain_c_l0` and `rnn.bias_c_l0`;
/// - with peepholes, `rnn.weight_ch_l0`, stacked likewise;
/// - for connections with gates, `connection.weight_l1` and `connection.bias_l1`, with A above B.
public typealias PyTorchTensors = [String: (shape: [Int], values: [Double])]

extension ReferenceLanguageModel {
  public func pyTorchTensors() -> PyTorchTensors {
    var tensors: PyTorchTensors = [:]
    for (layer, cell) in layers.enumerated() {
      let rows = Cell.gates.count * hiddenSize
      let inputSize = layer == 0 ? shape.embeddingSize ?? vocabularySize : hiddenSize
      let zeros = Vector.zeros(hiddenSize)

      tensors["rnn.weight_ih_l\(layer)"] = ([rows, inputSize], stackGates { cell[keyPath: $0.W].transposed.values })
      tensors["rnn.weight_hh_l\(layer)"] = ([rows, hiddenSize], stackGates { cell[keyPath: $0.U].transposed.values })
      tensors["rnn.bias_ih_l\(layer)"] = ([rows], stackGates { cell[keyPath: $0.b].values })
      tensors["rnn.bias_hh_l\(layer)"] = (
        [rows], stackGates { ($0.recurrentBias.map { cell[keyPath: $0] } ?? zeros).values }
      )
      if !Cell.peepholes.isEmpty {
        tensors["rnn.weight_ch_l\(layer)"] = (
          [Cell.peepholes.count * hiddenSize], Cell.peepholes.flatMap { cell[keyPath: $0.p].values }
        )
      }
      for (name, tensor) in zip(shape.connection.pyTorchNames(ofLayer: layer), connections[layer].pyTorchTensors) {
        tensors[name] = tensor
      }
      for (name, values) in cell.normalizationTensors { tensors["rnn.\(name)_l\(layer)"] = ([values.count], values) }
    }
    if let size = shape.embeddingSize { tensors["embedding.weight"] = ([vocabularySize, size], embeddings.values) }
    if !shape.isTied { tensors["decoder.weight"] = ([vocabularySize, hiddenSize], outputWeights.transposed.values) }
    tensors["decoder.bias"] = ([vocabularySize], outputBias.values)
    return tensors
  }

  /// Creates a model with the parameters of a PyTorch model.
  ///
  /// A gate has one bias here, so PyTorch's two are added, except for the candidate of the reset-after GRU.
  ///
  /// - Parameter connection: The connection between layers, which tensors alone do not determine.
  public init(
    pyTorchTensors tensors: PyTorchTensors, connection: Connection = .plain
  ) throws(PyTorchTensorError) {
    // Everything is read, and thereby checked, before anything is allocated from the sizes in the tensors.
    let isTied = tensors["decoder.weight"] == nil && tensors["embedding.weight"] != nil
    let (vocabularySize, hiddenSize) = try tensors.shapeOfMatrix(isTied ? "embedding.weight" : "decoder.weight")
    let decoderWeight = isTied ? nil : try tensors.values("decoder.weight", shape: [vocabularySize, hiddenSize])
    let embeddingSize = tensors["embedding.weight"] == nil ? nil : try tensors.shapeOfMatrix("embedding.weight").columns
    let embeddings = try embeddingSize.map { size throws(PyTorchTensorError) in
      try tensors.values("embedding.weight", shape: [vocabularySize, size])
    }
    let decoderBias = try tensors.values("decoder.bias", shape: [vocabularySize])

    let sources = try Self.layers(
      of: tensors, inputSize: embeddingSize ?? vocabularySize, hiddenSize: hiddenSize, connection: connection)

    self.init(
      ReferenceShape(
        vocabularySize: vocabularySize, hiddenSize: hiddenSize, layerCount: sources.count,
        embeddingSize: embeddingSize, isTied: isTied, connection: connection))
    if let decoderWeight {
      outputWeights = Matrix(rows: vocabularySize, columns: hiddenSize, values: decoderWeight).transposed
    }
    if let embeddingSize, let embeddings {
      self.embeddings = Matrix(rows: vocabularySize, columns: embeddingSize, values: embeddings)
    }
    outputBias = Vector(decoderBias)
    for (layer, source) in sources.enumerated() {
      layers[layer].assign(source)
      connections[layer].assign(source.connection)
    }

    let known = pyTorchTensors()
    if let name = tensors.keys.filter({ known[$0] == nil }).min() {
      throw .unexpected(name: name)
    }
  }

  /// Reads the parameters of all layers, of which there are as many as the tensors name.
  private static func layers(
    of tensors: PyTorchTensors, inputSize: Int, hiddenSize: Int, connection: Connection
  ) throws(PyTorchTensorError) -> [PyTorchLayer] {
    let rows = Cell.gates.count * hiddenSize
    var sources: [PyTorchLayer] = []
    repeat {
      let layer = sources.count
      sources.append(
        PyTorchLayer(
          weightIH: try tensors.values("rnn.weight_ih_l\(layer)", shape: [rows, layer == 0 ? inputSize : hiddenSize]),
          weightHH: try tensors.values("rnn.weight_hh_l\(layer)", shape: [rows, hiddenSize]),
          biasIH: try tensors.values("rnn.bias_ih_l\(layer)", shape: [rows]),
          biasHH: try tensors.values("rnn.bias_hh_l\(layer)", shape: [rows]),
          peepholes: try Cell.peepholes.isEmpty
            ? [] : tensors.values("rnn.weight_ch_l\(layer)", shape: [Cell.peepholes.count * hiddenSize]),
          normalization: try Cell.normalizationNames.map { name throws(PyTorchTensorError) in
            try tensors.values(
              "rnn.\(name)_l\(layer)", shape: [name.hasPrefix("gain_c") || name.hasPrefix("bias_c") ? hiddenSize : rows]
            )
          },
          connection: try connection.pyTorchNames(ofLayer: layer).map { name throws(PyTorchTensorError) in
            let rows = connection.gates.count * hiddenSize
            return try tensors.values(name, shape: name.contains("bias") ? [rows] : [rows, hiddenSize])
          }))
    } while tensors["rnn.weight_ih_l\(sources.count)"] != nil
    return sources
  }

  private func stackGates(_ values: (Gate<Cell>) -> [Double]) -> [Double] {
    Cell.gates.flatMap { gate in values(gate).map { gate.pyTorchSign * $0 } }
  }
}

private struct PyTorchLayer {
  let weightIH: [Double]  // (gates·hiddenSize, inputSize)
  let weightHH: [Double]  // (gates·hiddenSize, hiddenSize)
  let biasIH: [Double]  // (gates·hiddenSize)
  let biasHH: [Double]  // (gates·hiddenSize)
  let peepholes: [Double]  // (peepholes·hiddenSize)
  let normalization: [[Double]]  // in the order of `normalizationNames`
  let connection: [[Double]]  // in the order of the connection's names
}

extension ReferenceCell {
  fileprivate static var normalizationNames: [String] {
    (gates.contains { $0.gains != nil } ? ["gain_ih", "gain_hh"] : [])
      + (normalizationOfState == nil ? [] : ["gain_c", "bias_c"])
  }

  fileprivate var normalizationTensors: [(name: String, values: [Double])] {
    let gains = Self.gates.compactMap(\.gains)
    let values =
      (gains.isEmpty
        ? [] : [gains.flatMap { self[keyPath: $0.gW].values }, gains.flatMap { self[keyPath: $0.gU].values }])
      + (Self.normalizationOfState.map { [self[keyPath: $0.gain].values, self[keyPath: $0.bias].values] } ?? [])
    return zip(Self.normalizationNames, values).map { ($0, $1) }
  }

  /// - Parameter tensors: Tensors in the order of `normalizationNames`.
  fileprivate mutating func assignNormalization(_ tensors: [[Double]]) {
    var tensors = tensors[...]
    for (position, gate) in Self.gates.enumerated() {
      guard let gains = gate.gains, tensors.count > 1 else { continue }
      let units = position * hiddenSize..<(position + 1) * hiddenSize
      self[keyPath: gains.gW] = Vector(Array(tensors[0][units]))
      self[keyPath: gains.gU] = Vector(Array(tensors[1][units]))
    }
    tensors = tensors.dropFirst(2)
    if let state = Self.normalizationOfState, let gain = tensors.first, let bias = tensors.last {
      self[keyPath: state.gain] = Vector(gain)
      self[keyPath: state.bias] = Vector(bias)
    }
  }

  fileprivate mutating func assign(_ source: PyTorchLayer) {
    assignNormalization(source.normalization)
    for (position, peephole) in Self.peepholes.enumerated() {
      let units = position * hiddenSize..<(position + 1) * hiddenSize
      self[keyPath: peephole.p] = Vector(Array(source.peepholes[units]))
    }
    for (position, gate) in Self.gates.enumerated() {
      func block(_ tensor: [Double]) -> [Double] {
        let size = tensor.count / Self.gates.count
        return tensor[position * size..<(position + 1) * size].map { gate.pyTorchSign * $0 }
      }
      func transposedBlock(_ tensor: [Double]) -> Matrix {
        let values = block(tensor)
        return Matrix(rows: hiddenSize, columns: values.count / hiddenSize, values: values).transposed
      }
      self[keyPath: gate.W] = transposedBlock(source.weightIH)
      self[keyPath: gate.U] = transposedBlock(source.weightHH)
      self[keyPath: gate.b] = Vector(block(source.biasIH))
      if let recurrentBias = gate.recurrentBias {
        self[keyPath: recurrentBias] = Vector(block(source.biasHH))
      } else {
        self[keyPath: gate.b] += Vector(block(source.biasHH))
      }
    }
  }
}

extension Connection {
  /// Returns the tensor names of a layer's connection; none for layer 0, which has no layer below.
  fileprivate func pyTorchNames(ofLayer layer: Int) -> [String] {
    layer == 0 || gates.isEmpty ? [] : ["connection.weight_l\(layer)", "connection.bias_l\(layer)"]
  }
}

extension LayerConnection {
  fileprivate var pyTorchTensors: [(shape: [Int], values: [Double])] {
    let rows = kind.gates.reduce(0) { $0 + self[keyPath: $1.bias].count }
    let weights = kind.gates.flatMap { self[keyPath: $0.weights].transposed.values }
    return [([rows, A.rows], weights), ([rows], kind.gates.flatMap { self[keyPath: $0.bias].values })]
  }

  /// - Parameter tensors: Tensors in the order of `pyTorchNames(ofLayer:)`.
  fileprivate mutating func assign(_ tensors: [[Double]]) {
    guard let weights = tensors.first, let biases = tensors.last else { return }
    let size = biases.count / kind.gates.count
    for (position, gate) in kind.gates.enumerated() {
      let units = position * size..<(position + 1) * size
      let rows = Array(weights[units.lowerBound * size..<units.upperBound * size])
      self[keyPath: gate.weights] = Matrix(rows: size, columns: size, values: rows).transposed
      self[keyPath: gate.bias] = Vector(Array(biases[units]))
    }
  }
}

extension Gate {
  fileprivate var pyTorchSign: Double { name == "z" ? -1 : 1 }
}

extension PyTorchTensors {
  fileprivate func shapeOfMatrix(_ name: String) throws(PyTorchTensorError) -> (rows: Int, columns: Int) {
    guard let tensor = self[name] else { throw .missing(name: name) }
    guard tensor.shape.count == 2, tensor.shape.allSatisfy({ $0 > 0 }) else {
      throw .notAMatrix(name: name, shape: tensor.shape)
    }
    return (tensor.shape[0], tensor.shape[1])
  }

  fileprivate func values(_ name: String, shape: [Int]) throws(PyTorchTensorError) -> [Double] {
    guard let tensor = self[name] else { throw .missing(name: name) }
    guard tensor.shape == shape else { throw .shape(name: name, expected: shape, found: tensor.shape) }
    guard tensor.values.count == elementCount(shape) else {
      throw .valueCount(name: name, shape: shape, found: tensor.values.count)
    }
    return tensor.values
  }

  /// Returns the product of the sizes, or `nil` if it overflows an `Int`.
  private func elementCount(_ shape: [Int]) -> Int? {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    return count
  }
}
