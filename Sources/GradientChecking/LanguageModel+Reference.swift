package import RecurrentEngine
package import ReferenceModel

extension LanguageModel {
  /// Returns the same model in scalar Double.
  ///
  /// - Throws: `PyTorchTensorError` if the two models name their parameters differently.
  package func makeReference() throws(PyTorchTensorError) -> any ReferenceLanguageModelProtocol {
    try makeReference(of: pyTorchTensors)
  }

  /// Returns a model in scalar Double of the same shape with other values, such as gradients.
  ///
  /// - Parameter tensors: Tensors with the names and shapes of the model's parameters.
  /// - Throws: `PyTorchTensorError` if the two models name their parameters differently.
  package func makeReference(
    of tensors: [(name: String, shape: [Int], elements: [Float])]
  ) throws(PyTorchTensorError) -> any ReferenceLanguageModelProtocol {
    var values: PyTorchTensors = [:]
    for tensor in tensors { values[tensor.name] = (tensor.shape, tensor.elements.map(Double.init)) }
    return try configuration.cell.makeLanguageModel(
      pyTorchTensors: values, connection: configuration.connection.reference)
  }
}

extension RecurrentEngine.Connection {
  fileprivate var reference: ReferenceModel.Connection {
    switch self {
    case .plain: .plain
    case .residual: .residual
    case .leaky(let leak): .leaky(leak)
    case .highway: .highway
    case .gated: .gated
    }
  }
}

extension RecurrentEngine.Chunk {
  /// The same chunk for the model in scalar Double.
  package var reference: ReferenceModel.Chunk {
    func rows(_ values: [Int32]) -> [[Int]] {
      (0..<stepCount).map { step in (0..<batchSize).map { Int(values[step * batchSize + $0]) } }
    }
    return ReferenceModel.Chunk(
      inputs: rows(inputs), targets: rows(targets).map { $0.map { $0 < 0 ? nil : $0 } })
  }
}
