// The parameters under the names, in the shapes, in the order of gates and with the signs of `torch.nn.LSTM`, `GRU` and
// `RNN` with a linear layer `decoder`. Checkpoints are written so.

/// One tensor as PyTorch has it, and where its elements stand in the allocation.
struct PyTorchTensor {
  var name: String
  var shape: [Int]
  fileprivate var rows: [Row]

  /// One row of the tensor, from one gate of one unit.
  fileprivate struct Row {
    /// Nil until the row has been given its place.
    var matrix: ParameterLayout.Matrix?
    var gate = 0
    var unit = 0
    var sign: Float = 1
    /// PyTorch adds these numbers to those of another row, which hold the sum here: read they are added, written they
    /// are zero.
    var isSummand = false
  }

  private var rowLength: Int { shape.count == 2 ? shape[1] : 1 }

  /// Elements in PyTorch's order, out of an allocation of parameters or of gradients.
  func elements(from parameters: UnsafePointer<Float>) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(rows.count * rowLength)
    for row in rows {
      for k in 0..<rowLength {
        let matrix = row.isSummand ? nil : row.matrix
        let value = matrix.map { parameters[$0.index(row: k, gate: row.gate, unit: row.unit)] } ?? 0
        // Adding zero turns the −0 of a negated zero into 0.
        result.append(row.sign * value + 0)
      }
    }
    return result
  }

  /// Adds elements in PyTorch's order to an allocation.
  func add(_ elements: [Float], to parameters: UnsafeMutablePointer<Float>) {
    precondition(elements.count == rows.count * rowLength, "\(name) has the wrong number of elements")
    var position = 0
    for row in rows {
      for k in 0..<rowLength {
        if let matrix = row.matrix {
          parameters[matrix.index(row: k, gate: row.gate, unit: row.unit)] += row.sign * elements[position]
        }
        position += 1
      }
    }
  }
}

extension ParameterLayout {
  /// All tensors in the order of the file.
  var pyTorchTensors: [PyTorchTensor] {
    let hidden = configuration.hiddenSize
    var tensors: [PyTorchTensor] = []
    for (layer, groups) in layers.enumerated() {
      let gateRows = configuration.cell.description.pyTorchGateCount * hidden
      func tensor(_ name: String, _ shape: [Int]) -> PyTorchTensor {
        PyTorchTensor(name: "rnn.\(name)_l\(layer)", shape: shape, rows: Array(repeating: .init(), count: gateRows))
      }
      var inputWeight = tensor("weight_ih", [gateRows, configuration.inputSize(ofLayer: layer)])
      var recurrentWeight = tensor("weight_hh", [gateRows, hidden])
      var inputBias = tensor("bias_ih", [gateRows])
      var recurrentBias = tensor("bias_hh", [gateRows])
      for (group, parameters) in zip(configuration.cell.description.groups, groups) {
        let hasRecurrentBias = group.gates.filter(\.hasRecurrentBias).map(\.pyTorchIndex)
        for (index, gate) in group.gates.enumerated() {
          let sign: Float = gate.isNegatedInPyTorch ? -1 : 1
          for unit in 0..<hidden {
            let row = gate.pyTorchIndex * hidden + unit
            if group.inputGates.contains(index) {
              inputWeight.rows[row] = .init(
                matrix: parameters.input, gate: index - group.inputGates.lowerBound, unit: unit, sign: sign)
            }
            if group.recurrentGates.contains(index) {
              recurrentWeight.rows[row] = .init(
                matrix: parameters.recurrent, gate: index - group.recurrentGates.lowerBound, unit: unit, sign: sign)
            }
            var bias = PyTorchTensor.Row(matrix: parameters.bias, gate: index, unit: unit, sign: sign)
            if gate.hasRecurrentBias {
              recurrentBias.rows[row] = bias
            } else {
              inputBias.rows[row] = bias
              bias.isSummand = true
              if !hasRecurrentBias.contains(gate.pyTorchIndex) { recurrentBias.rows[row] = bias }
            }
          }
        }
      }
      tensors += [inputWeight, recurrentWeight, inputBias, recurrentBias]
    }
    func decoder(_ name: String, _ shape: [Int], _ matrix: Matrix) -> PyTorchTensor {
      PyTorchTensor(
        name: "decoder.\(name)", shape: shape,
        rows: (0..<configuration.vocabularySize).map { .init(matrix: matrix, gate: 0, unit: $0) })
    }
    return tensors + [
      decoder("weight", [configuration.vocabularySize, hidden], decoderWeight),
      decoder("bias", [configuration.vocabularySize], decoderBias),
    ]
  }
}
