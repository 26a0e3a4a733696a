internal import RecurrentEngine

/// The cells as they are typed; what a cell has variants in is an option of its own.
package enum CellName: String, CaseIterable, Sendable {
  case lstm, gru, rnn
}

/// Where the GRU's reset gate acts.
package enum GRUReset: String, CaseIterable, Sendable {
  case before, after
}

/// The LSTM's forget gate.
package enum ForgetGate: String, CaseIterable, Sendable {
  case on, off, coupled
}

/// The RNN's activation.
package enum Activation: String, CaseIterable, Sendable {
  case tanh, relu
}

/// A cell as its options describe it; nil, or false, stands for a variant that the cell does not have.
struct CellOptions: Equatable {
  var name: CellName
  var gruReset: GRUReset?
  var forgetGate: ForgetGate?
  var hasPeepholes = false
  var activation: Activation?

  /// The usual variant.
  init(name: CellName) {
    self.name = name
    switch name {
    case .lstm: forgetGate = .on
    case .gru: gruReset = .before
    case .rnn: activation = .tanh
    }
  }

  init(_ kind: CellKind) {
    switch kind {
    case .lstm: self.init(name: .lstm)
    case .lstmCoupled: self.init(forgetGate: .coupled)
    case .lstmNoForget: self.init(forgetGate: .off)
    case .lstmPeephole: self.init(forgetGate: .on, hasPeepholes: true)
    case .lstmCoupledPeephole: self.init(forgetGate: .coupled, hasPeepholes: true)
    case .lstmNoForgetPeephole: self.init(forgetGate: .off, hasPeepholes: true)
    case .gruResetBefore: self.init(name: .gru)
    case .gruResetAfter:
      self.init(name: .gru)
      gruReset = .after
    case .rnn: self.init(name: .rnn)
    case .rnnReLU:
      self.init(name: .rnn)
      activation = .relu
    }
  }

  private init(forgetGate: ForgetGate, hasPeepholes: Bool = false) {
    self.init(name: .lstm)
    self.forgetGate = forgetGate
    self.hasPeepholes = hasPeepholes
  }

  /// The cell; nil if no cell has these variants together.
  var kind: CellKind? { CellKind.allCases.first { CellOptions($0) == self } }
}
