internal import RecurrentEngine

/// Properties for the options of a cell, one for each option. A variant that the cell does not have is nil or false,
/// and setting it has no effect.
extension RecurrentCell {
  /// Kind of the cell. Setting another kind selects its default variant.
  var kindOption: Kind {
    get { kind }
    set { if newValue != kind { self = newValue.variants[0] } }
  }

  var resetOption: ResetPosition? {
    get { if case .gru(let reset) = self { reset } else { nil } }
    set { if case .gru = self, let newValue { self = .gru(reset: newValue) } }
  }

  var forgetGateOption: ForgetGate? {
    get { if case .lstm(let forgetGate, _) = self { forgetGate } else { nil } }
    set {
      if case .lstm(_, let peepholes) = self, let newValue { self = .lstm(forgetGate: newValue, peepholes: peepholes) }
    }
  }

  var peepholesOption: Bool {
    get { if case .lstm(_, let peepholes) = self { peepholes } else { false } }
    set { if case .lstm(let forgetGate, _) = self { self = .lstm(forgetGate: forgetGate, peepholes: newValue) } }
  }

  var activationOption: Activation? {
    get { if case .rnn(let activation) = self { activation } else { nil } }
    set { if case .rnn = self, let newValue { self = .rnn(activation: newValue) } }
  }
}
