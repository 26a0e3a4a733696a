/// The cells that there are.
public enum CellKind: String, CaseIterable, Sendable {
  case rnn
  case rnnReLU
  case lstm
  case lstmCoupled
  case lstmNoForget
  case lstmPeephole
  case lstmCoupledPeephole
  case lstmNoForgetPeephole
  case gruResetBefore
  case gruResetAfter

  /// - Parameter isNormalized: With layer normalization.
  public func cellType(isNormalized: Bool = false) -> any ReferenceCell.Type {
    func form<Form: LSTMForm>(_: Form.Type) -> any ReferenceCell.Type {
      isNormalized ? LSTMFormCell<Normalized<Form>>.self : LSTMFormCell<Form>.self
    }
    return switch self {
    case .rnn: isNormalized ? NormalizedRNNCell<Tanh>.self : RNNCell<Tanh>.self
    case .rnnReLU: isNormalized ? NormalizedRNNCell<ReLU>.self : RNNCell<ReLU>.self
    case .lstm: isNormalized ? form(ForgetGate.self) : LSTMCell.self
    case .lstmCoupled: form(CoupledForgetGate.self)
    case .lstmNoForget: form(NoForgetGate.self)
    case .lstmPeephole: form(WithPeepholes<ForgetGate>.self)
    case .lstmCoupledPeephole: form(WithPeepholes<CoupledForgetGate>.self)
    case .lstmNoForgetPeephole: form(WithPeepholes<NoForgetGate>.self)
    case .gruResetBefore: isNormalized ? NormalizedGRUResetBeforeCell.self : GRUResetBeforeCell.self
    case .gruResetAfter: isNormalized ? NormalizedGRUResetAfterCell.self : GRUResetAfterCell.self
    }
  }

  /// A language model of this cell, with the parameters of a PyTorch model, or of one with the gains of layer
  /// normalization besides.
  ///
  /// - Parameter connection: What its layers from layer 1 up put out.
  public func makeLanguageModel(
    pyTorchTensors tensors: PyTorchTensors, connection: Connection = .plain
  ) throws(PyTorchTensorError) -> any ReferenceLanguageModelProtocol {
    try makeLanguageModelOf(cellType(isNormalized: tensors["rnn.gain_ih_l0"] != nil), tensors, connection)
  }
}

private func makeLanguageModelOf<Cell: ReferenceCell>(
  _: Cell.Type, _ tensors: PyTorchTensors, _ connection: Connection
) throws(PyTorchTensorError) -> any ReferenceLanguageModelProtocol {
  try ReferenceLanguageModel<Cell>(pyTorchTensors: tensors, connection: connection)
}
