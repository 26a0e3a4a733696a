// Checkpoint format: the names, shapes, gate order and signs of `torch.nn.LSTM`, `GRU`, `RNN` and a linear `decoder`.

internal import RecurrentCells

/// A tensor in PyTorch's layout, and the indices of its elements in the allocation of parameters.
package struct PyTorchTensor {
  package let name: String
  package let shape: [Int]
  fileprivate var gates: [Gate]  // in PyTorch's order

  /// The rows of one gate, one for each unit.
  fileprivate struct Gate {
    var matrix: ParameterLayout.Matrix?  // nil until the gate is placed
    var index = 0
    var sign: Float = 1
    /// Whether PyTorch adds these elements to another tensor's, which hold the sum: added when read, 0 when written.
    var isSummand = false
  }

  private var unitCount: Int { shape[0] / gates.count }
  private var rowLength: Int { shape.count == 2 ? shape[1] : 1 }

  /// Whether the tensor is a matrix that is multiplied by a vector, and not only looked up like untied embeddings.
  package var isProductMatrix: Bool { shape.count == 2 && !isLookedUpOnly }
  fileprivate var isLookedUpOnly = false

  /// The packed matrices that hold the tensor's rows, each with the gate in it and its first row in the tensor.
  var places: [(matrix: ParameterLayout.Matrix, gate: Int, firstRow: Int)] {
    gates.enumerated().compactMap { index, gate in gate.matrix.map { ($0, gate.index, index * unitCount) } }
  }

  /// Whether the tensor is PyTorch's second bias, which is zero unless a cell has one.
  package var isSecondBias: Bool { Self.isSecondBias(name) }
  package static func isSecondBias(_ name: String) -> Bool { name.hasPrefix("rnn.bias_hh_") }

  var isGain: Bool { name.hasPrefix("rnn.gain_") }

  /// The tensor for squares of elements, which have no sign.
  package var ofSquares: PyTorchTensor {
    var squares = self
    for index in gates.indices { squares.gates[index].sign = 1 }
    return squares
  }

  /// Returns the elements in PyTorch's order, from an allocation of parameters or gradients.
  package func elements(from parameters: FloatBuffer) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(shape.reduce(1, *))
    for gate in gates {
      let matrix = gate.isSummand ? nil : gate.matrix
      for unit in 0..<unitCount {
        guard let matrix else {
          result.append(contentsOf: repeatElement(0, count: rowLength))
          continue
        }
        let start = matrix.index(row: 0, gate: gate.index, unit: unit)
        let distance = matrix.rowDistance(ofUnit: unit)
        for k in 0..<rowLength {
          // Adding zero turns the −0 of a negated zero into 0.
          result.append(gate.sign * parameters[start + k * distance] + 0)
        }
      }
    }
    return result
  }

  /// Adds elements in PyTorch's order, the first of which has the index `first` in the tensor, to an allocation.
  package func add(_ elements: [Float], at first: Int = 0, to parameters: FloatBuffer) {
    precondition(first + elements.count <= shape.reduce(1, *), "\(name) has fewer elements")
    var position = 0
    var (row, column) = first.quotientAndRemainder(dividingBy: rowLength)
    while position < elements.count {
      let count = min(rowLength - column, elements.count - position)
      let (gateIndex, unit) = row.quotientAndRemainder(dividingBy: unitCount)
      let gate = gates[gateIndex]
      if let matrix = gate.matrix {
        let start = matrix.index(row: column, gate: gate.index, unit: unit)
        let distance = matrix.rowDistance(ofUnit: unit)
        for k in 0..<count { parameters[start + k * distance] += gate.sign * elements[position + k] }
      }
      position += count
      row += 1
      column = 0
    }
  }
}

extension ParameterLayout {
  /// All tensors in the order of the checkpoint.
  package var pyTorchTensors: [PyTorchTensor] {
    func ofCharacters(_ name: String, _ rowLength: Int?, _ matrix: Matrix) -> PyTorchTensor {
      PyTorchTensor(
        name: name, shape: [configuration.vocabularySize] + (rowLength.map { [$0] } ?? []),
        gates: [.init(matrix: matrix)])
    }
    let isTied = configuration.embedding?.isTied == true
    var embeddings = embedding.map { [ofCharacters("embedding.weight", $0.rowCount, $0)] } ?? []
    for index in embeddings.indices { embeddings[index].isLookedUpOnly = !isTied }
    // A tied matrix is stored once.
    let decoder = isTied ? [] : [ofCharacters("decoder.weight", configuration.hiddenSize, decoderWeight)]
    return embeddings + layers.indices.flatMap(layerTensors) + decoder + [
      ofCharacters("decoder.bias", nil, decoderBias)
    ]
      + connectionTensors
  }

  private func layerTensors(_ layer: Int) -> [PyTorchTensor] {
    let description = configuration.cell.description
    let hidden = configuration.hiddenSize
    func tensor(_ name: String, rowLength: Int? = nil) -> PyTorchTensor {
      PyTorchTensor(
        name: "rnn.\(name)_l\(layer)", shape: [description.pyTorchGateCount * hidden] + (rowLength.map { [$0] } ?? []),
        gates: Array(repeating: .init(), count: description.pyTorchGateCount))
    }
    var inputWeight = tensor("weight_ih", rowLength: configuration.inputSize(ofLayer: layer))
    var recurrentWeight = tensor("weight_hh", rowLength: hidden)
    var inputBias = tensor("bias_ih")
    var recurrentBias = tensor("bias_hh")
    var inputGain = tensor("gain_ih")
    var recurrentGain = tensor("gain_hh")
    for (group, parameters) in zip(description.groups, layers[layer]) {
      let normalization = parameters.normalization
      inputWeight.place(parameters.input, group.inputGates, of: group)
      recurrentWeight.place(parameters.recurrent, group.recurrentGates, of: group)
      inputGain.place(normalization?.inputGain, group.inputGates, of: group, isSigned: false)
      recurrentGain.place(normalization?.recurrentGain, group.recurrentGates, of: group, isSigned: false)
      placeBiases(parameters.bias, of: group, &inputBias, &recurrentBias)
    }
    let hasGains = layers[layer].first?.normalization != nil
    return [inputWeight, recurrentWeight, inputBias, recurrentBias] + peepholeTensors(layer)
      + (hasGains ? [inputGain, recurrentGain] + cellStateTensors(layer) : [])
  }

  private func placeBiases(
    _ matrix: Matrix, of group: CellDescription.Group, _ inputBias: inout PyTorchTensor,
    _ recurrentBias: inout PyTorchTensor
  ) {
    let hasRecurrentBias = group.gates.filter(\.hasRecurrentBias).map(\.pyTorchIndex)
    for (index, gate) in group.gates.enumerated() {
      var bias = PyTorchTensor.Gate(matrix: matrix, index: index, sign: gate.isNegatedInPyTorch ? -1 : 1)
      if gate.hasRecurrentBias {
        recurrentBias.gates[gate.pyTorchIndex] = bias
      } else {
        inputBias.gates[gate.pyTorchIndex] = bias
        bias.isSummand = true
        if !hasRecurrentBias.contains(gate.pyTorchIndex) { recurrentBias.gates[gate.pyTorchIndex] = bias }
      }
    }
  }

  private func peepholeTensors(_ layer: Int) -> [PyTorchTensor] {
    guard let peepholes = layers[layer].first?.peepholes, !peepholes.isEmpty else { return [] }
    return [
      PyTorchTensor(
        name: "rnn.weight_ch_l\(layer)", shape: [peepholes.count * configuration.hiddenSize],
        gates: peepholes.map { .init(matrix: $0) })
    ]
  }

  private func cellStateTensors(_ layer: Int) -> [PyTorchTensor] {
    let normalization = layers[layer].first?.normalization
    return [("gain", normalization?.cellGain), ("bias", normalization?.cellBias)].compactMap { name, matrix in
      matrix.map {
        PyTorchTensor(
          name: "rnn.\(name)_c_l\(layer)", shape: [configuration.hiddenSize], gates: [.init(matrix: $0)])
      }
    }
  }

  private var connectionTensors: [PyTorchTensor] {
    connections.enumerated().flatMap { layer, gates -> [PyTorchTensor] in
      guard let gates else { return [] }
      let rows = configuration.connection.gateCount * configuration.hiddenSize
      return [("weight", gates.weight, [rows, configuration.hiddenSize]), ("bias", gates.bias, [rows])].map {
        name, matrix, shape in
        PyTorchTensor(
          name: "connection.\(name)_l\(layer)", shape: shape,
          gates: (0..<configuration.connection.gateCount).map { .init(matrix: matrix, index: $0) })
      }
    }
  }
}

extension PyTorchTensor {
  /// - Parameter isSigned: False for gains, since the weights that they scale have the sign.
  fileprivate mutating func place(
    _ matrix: ParameterLayout.Matrix?, _ range: Range<Int>, of group: CellDescription.Group, isSigned: Bool = true
  ) {
    for index in range {
      let gate = group.gates[index]
      gates[gate.pyTorchIndex] = Gate(
        matrix: matrix, index: index - range.lowerBound, sign: isSigned && gate.isNegatedInPyTorch ? -1 : 1)
    }
  }
}
