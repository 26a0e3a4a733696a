/// The cells that there are.
public enum CellKind: String, CaseIterable, Sendable {
  case rnn
  case lstm
  case gruResetBefore
  case gruResetAfter

  public var cellType: any ReferenceCell.Type {
    switch self {
    case .rnn: RNNCell.self
    case .lstm: LSTMCell.self
    case .gruResetBefore: GRUResetBeforeCell.self
    case .gruResetAfter: GRUResetAfterCell.self
    }
  }

  /// A language model of this cell, with the parameters of a PyTorch model.
  public func makeLanguageModel(
    pyTorchTensors tensors: PyTorchTensors
  ) throws(PyTorchTensorError) -> any ReferenceLanguageModelProtocol {
    try makeLanguageModelOf(cellType, tensors)
  }
}

private func makeLanguageModelOf<Cell: ReferenceCell>(
  _: Cell.Type, _ tensors: PyTorchTensors
) throws(PyTorchTensorError) -> any ReferenceLanguageModelProtocol {
  try ReferenceLanguageModel<Cell>(pyTorchTensors: tensors)
}
