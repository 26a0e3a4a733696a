public import RecurrentCells

extension RecurrentCell {
  /// Returns the type that implements the equations of the cell.
  ///
  /// - Parameter isNormalized: Whether the cell has layer normalization.
  public func cellType(isNormalized: Bool = false) -> any ReferenceCell.Type {
    switch self {
    case .lstm(.on, peepholes: false) where !isNormalized: LSTMCell.self
    case .lstm(.on, let peepholes): lstmType(ReferenceModel.ForgetGate.self, peepholes, isNormalized)
    case .lstm(.off, let peepholes): lstmType(NoForgetGate.self, peepholes, isNormalized)
    case .lstm(.coupled, let peepholes): lstmType(CoupledForgetGate.self, peepholes, isNormalized)
    case .gru(.before): isNormalized ? NormalizedGRUResetBeforeCell.self : GRUResetBeforeCell.self
    case .gru(.after): isNormalized ? NormalizedGRUResetAfterCell.self : GRUResetAfterCell.self
    case .mgu: isNormalized ? NormalizedMGUCell.self : MGUCell.self
    case .rnn(.tanh): isNormalized ? NormalizedRNNCell<Tanh>.self : RNNCell<Tanh>.self
    case .rnn(.relu): isNormalized ? NormalizedRNNCell<ReLU>.self : RNNCell<ReLU>.self
    }
  }

  /// Returns a language model of this cell with the parameters of a PyTorch model, or of one that also has the gains of
  /// layer normalization.
  ///
  /// - Parameter connection: The connection of each layer from layer 1 up to the one below.
  public func makeLanguageModel(
    pyTorchTensors tensors: PyTorchTensors, connection: Connection = .plain
  ) throws(PyTorchTensorError) -> any ReferenceLanguageModelProtocol {
    try makeLanguageModelOf(cellType(isNormalized: tensors["rnn.gain_ih_l0"] != nil), tensors, connection)
  }
}

private func lstmType<Form: LSTMForm>(
  _: Form.Type, _ peepholes: Bool, _ isNormalized: Bool
) -> any ReferenceCell.Type {
  switch (peepholes, isNormalized) {
  case (false, false): LSTMFormCell<Form>.self
  case (false, true): LSTMFormCell<Normalized<Form>>.self
  case (true, false): LSTMFormCell<WithPeepholes<Form>>.self
  case (true, true): LSTMFormCell<Normalized<WithPeepholes<Form>>>.self
  }
}

private func makeLanguageModelOf<Cell: ReferenceCell>(
  _: Cell.Type, _ tensors: PyTorchTensors, _ connection: Connection
) throws(PyTorchTensorError) -> any ReferenceLanguageModelProtocol {
  try ReferenceLanguageModel<Cell>(pyTorchTensors: tensors, connection: connection)
}
