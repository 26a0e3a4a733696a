internal import RecurrentEngine

extension RecurrentCell {
  /// The kind of cell; a change brings the usual variant with it.
  var kindInUsualVariant: Kind {
    get { kind }
    set { if newValue != kind, let usual = newValue.variants.first { self = usual } }
  }

  // Each variant is nil, or false, for cells that do not have it, and these do not take it.

  /// The position of the reset gate of a GRU.
  var gruReset: ResetPosition? {
    get { if case .gru(let reset) = self { reset } else { nil } }
    set { if let newValue, case .gru = self { self = .gru(reset: newValue) } }
  }

  /// The forget gate of an LSTM.
  var forgetGate: ForgetGate? {
    get { if case .lstm(let forgetGate, _) = self { forgetGate } else { nil } }
    set {
      if let newValue, case .lstm(_, let peepholes) = self { self = .lstm(forgetGate: newValue, peepholes: peepholes) }
    }
  }

  /// Whether the gates of an LSTM see its cell state.
  var hasPeepholes: Bool {
    get { if case .lstm(_, true) = self { true } else { false } }
    set { if case .lstm(let forgetGate, _) = self { self = .lstm(forgetGate: forgetGate, peepholes: newValue) } }
  }

  /// The nonlinearity of a plain network.
  var activation: Activation? {
    get { if case .rnn(let activation) = self { activation } else { nil } }
    set { if let newValue, case .rnn = self { self = .rnn(activation: newValue) } }
  }
}
