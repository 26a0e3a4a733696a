// The parameters under the names, in the shapes, in the order of gates and with the signs of `torch.nn.LSTM`, `GRU` and
// `RNN` with a linear layer `decoder`. Checkpoints are written so.

/// One tensor as PyTorch has it, and where its elements stand in the allocation.
package struct PyTorchTensor {
  package let name: String
  package let shape: [Int]
  /// One for each of PyTorch's gates, in its order.
  fileprivate var gates: [Gate]

  /// The rows of one gate, one a unit.
  fileprivate struct Gate {
    /// Nil until the gate has been given its place.
    var matrix: ParameterLayout.Matrix?
    var index = 0
    var sign: Float = 1
    /// PyTorch adds these numbers to those of another tensor, which hold the sum here: read they are added, written
    /// they are zero.
    var isSummand = false
  }

  private var unitCount: Int { shape[0] / gates.count }
  private var rowLength: Int { shape.count == 2 ? shape[1] : 1 }

  /// Whether it holds factors of normalized numbers.
  var isGain: Bool { name.hasPrefix("rnn.gain_") }

  /// The same for squares, which no sign changes.
  package var ofSquares: PyTorchTensor {
    var squares = self
    for index in gates.indices { squares.gates[index].sign = 1 }
    return squares
  }

  /// Elements in PyTorch's order, out of an allocation of parameters or of gradients.
  package func elements(from parameters: UnsafePointer<Float>) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(shape.reduce(1, *))
    for gate in gates {
      let matrix = gate.isSummand ? nil : gate.matrix
      for unit in 0..<unitCount {
        for k in 0..<rowLength {
          let value = matrix.map { parameters[$0.index(row: k, gate: gate.index, unit: unit)] } ?? 0
          // Adding zero turns the −0 of a negated zero into 0.
          result.append(gate.sign * value + 0)
        }
      }
    }
    return result
  }

  /// Adds elements in PyTorch's order to an allocation.
  ///
  /// - Parameter first: How many of the tensor's elements come before these.
  package func add(_ elements: [Float], at first: Int = 0, to parameters: UnsafeMutablePointer<Float>) {
    precondition(first + elements.count <= shape.reduce(1, *), "\(name) has fewer elements")
    var position = 0
    var (row, column) = first.quotientAndRemainder(dividingBy: rowLength)
    while position < elements.count {
      let count = min(rowLength - column, elements.count - position)
      let (gateIndex, unit) = row.quotientAndRemainder(dividingBy: unitCount)
      let gate = gates[gateIndex]
      if let matrix = gate.matrix {
        for k in 0..<count {
          let index = matrix.index(row: column + k, gate: gate.index, unit: unit)
          parameters[index] += gate.sign * elements[position + k]
        }
      }
      position += count
      row += 1
      column = 0
    }
  }
}

extension ParameterLayout {
  /// All tensors in the order of the file.
  package var pyTorchTensors: [PyTorchTensor] {
    let hidden = configuration.hiddenSize
    var tensors: [PyTorchTensor] = []
    for (layer, groups) in layers.enumerated() {
      let gateCount = configuration.cell.description.pyTorchGateCount
      func tensor(_ name: String, rowLength: Int?) -> PyTorchTensor {
        PyTorchTensor(
          name: "rnn.\(name)_l\(layer)", shape: [gateCount * hidden] + (rowLength.map { [$0] } ?? []),
          gates: Array(repeating: .init(), count: gateCount))
      }
      var inputWeight = tensor("weight_ih", rowLength: configuration.inputSize(ofLayer: layer))
      var recurrentWeight = tensor("weight_hh", rowLength: hidden)
      var inputBias = tensor("bias_ih", rowLength: nil)
      var recurrentBias = tensor("bias_hh", rowLength: nil)
      var inputGain = tensor("gain_ih", rowLength: nil)
      var recurrentGain = tensor("gain_hh", rowLength: nil)
      for (group, parameters) in zip(configuration.cell.description.groups, groups) {
        let hasRecurrentBias = group.gates.filter(\.hasRecurrentBias).map(\.pyTorchIndex)
        for (index, gate) in group.gates.enumerated() {
          let sign: Float = gate.isNegatedInPyTorch ? -1 : 1
          if group.inputGates.contains(index) {
            inputWeight.gates[gate.pyTorchIndex] = .init(
              matrix: parameters.input, index: index - group.inputGates.lowerBound, sign: sign)
            // The sign is that of what the gain is multiplied with.
            inputGain.gates[gate.pyTorchIndex] = .init(
              matrix: parameters.normalization?.inputGain, index: index - group.inputGates.lowerBound)
          }
          if group.recurrentGates.contains(index) {
            recurrentWeight.gates[gate.pyTorchIndex] = .init(
              matrix: parameters.recurrent, index: index - group.recurrentGates.lowerBound, sign: sign)
            recurrentGain.gates[gate.pyTorchIndex] = .init(
              matrix: parameters.normalization?.recurrentGain, index: index - group.recurrentGates.lowerBound)
          }
          var bias = PyTorchTensor.Gate(matrix: parameters.bias, index: index, sign: sign)
          if gate.hasRecurrentBias {
            recurrentBias.gates[gate.pyTorchIndex] = bias
          } else {
            inputBias.gates[gate.pyTorchIndex] = bias
            bias.isSummand = true
            if !hasRecurrentBias.contains(gate.pyTorchIndex) { recurrentBias.gates[gate.pyTorchIndex] = bias }
          }
        }
      }
      tensors += [inputWeight, recurrentWeight, inputBias, recurrentBias]
      if let peepholes = groups.first?.peepholes, !peepholes.isEmpty {
        tensors.append(
          PyTorchTensor(
            name: "rnn.weight_ch_l\(layer)", shape: [peepholes.count * hidden],
            gates: peepholes.map { .init(matrix: $0) }))
      }
      guard let normalization = groups.first?.normalization else { continue }
      tensors += [inputGain, recurrentGain]
      for (name, matrix) in [("gain", normalization.cellGain), ("bias", normalization.cellBias)] {
        guard let matrix else { continue }
        tensors.append(
          PyTorchTensor(name: "rnn.\(name)_c_l\(layer)", shape: [hidden], gates: [.init(matrix: matrix)]))
      }
    }
    func ofCharacters(_ name: String, _ rowLength: Int?, _ matrix: Matrix) -> PyTorchTensor {
      PyTorchTensor(
        name: name, shape: [configuration.vocabularySize] + (rowLength.map { [$0] } ?? []),
        gates: [.init(matrix: matrix)])
    }
    let isTied = configuration.embedding?.isTied == true
    let embeddings = embedding.map { [ofCharacters("embedding.weight", $0.rowCount, $0)] } ?? []
    // A matrix that is both stands in the file once.
    let decoder = isTied ? [] : [ofCharacters("decoder.weight", hidden, decoderWeight)]
    return embeddings + tensors + decoder + [ofCharacters("decoder.bias", nil, decoderBias)] + connectionTensors
  }

  /// Of the gates between layers, one gate after the other.
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
