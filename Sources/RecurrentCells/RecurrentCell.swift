/// A recurrent cell: a kind with its variants, such as `.lstm()` or `.gru(reset: .after)`.
public enum RecurrentCell: Hashable, Sendable {
  /// Long short-term memory (Hochreiter and Schmidhuber 1997) with input and output gate, optional forget gate (Gers et
  /// al. 2000), optional peepholes (Gers and Schmidhuber 2000), and a cell state c in addition to h.
  case lstm(forgetGate: ForgetGate = .on, peepholes: Bool = false)
  /// Gated recurrent unit (Cho et al. 2014) with update gate and reset gate.
  case gru(reset: ResetPosition = .before)
  /// Minimal gated unit (Zhou et al. 2016): one gate does what the reset and the update gate of the GRU do.
  case mgu
  /// Plain recurrent network (Elman 1990): h is the activation function of one pre-activation.
  case rnn(activation: Activation = .tanh)

  /// Forget gate f of the LSTM in c = f∘c′ + i∘g.
  public enum ForgetGate: String, CaseIterable, Sendable {
    /// A gate with its own weights (Gers et al. 2000).
    case on
    /// f = 1: the cell state forgets nothing (Hochreiter and Schmidhuber 1997).
    case off
    /// f = 1 − i (Greff et al. 2017).
    case coupled
  }

  /// Position of the GRU's reset gate.
  public enum ResetPosition: String, CaseIterable, Sendable {
    /// On h′, before the recurrent product (Cho et al. 2014).
    case before
    /// On the recurrent product, as in PyTorch and cuDNN.
    case after
  }

  /// Activation function of the plain network.
  public enum Activation: String, CaseIterable, Sendable {
    /// Hyperbolic tangent.
    case tanh
    /// Rectified linear unit, max(x, 0).
    case relu
  }

  /// Kind of a cell, without its variant.
  public enum Kind: String, CaseIterable, Sendable {
    /// Long short-term memory.
    case lstm
    /// Gated recurrent unit.
    case gru
    /// Minimal gated unit.
    case mgu
    /// Plain recurrent network.
    case rnn
  }
}

extension RecurrentCell.Kind {
  /// All cells of the kind, the default one first.
  public var variants: [RecurrentCell] {
    switch self {
    case .lstm:
      [false, true].flatMap { peepholes in
        RecurrentCell.ForgetGate.allCases.map { .lstm(forgetGate: $0, peepholes: peepholes) }
      }
    case .gru: RecurrentCell.ResetPosition.allCases.map { .gru(reset: $0) }
    case .mgu: [.mgu]
    case .rnn: RecurrentCell.Activation.allCases.map { .rnn(activation: $0) }
    }
  }

  /// Learning rate of Adam for 256 hidden units.
  package var recommendedLearningRate: Double {
    switch self {
    case .lstm: 0.006
    case .gru: 0.004
    case .mgu: 0.004
    case .rnn: 0.001
    }
  }
}

extension RecurrentCell {
  /// Kind of the cell.
  public var kind: Kind {
    switch self {
    case .lstm: .lstm
    case .gru: .gru
    case .mgu: .mgu
    case .rnn: .rnn
    }
  }

  /// Name in checkpoints and in the output of tools, such as `lstm`, `lstm-coupled-peephole` or `gru-reset-after`.
  public var name: String {
    switch self {
    case .lstm(let forgetGate, let peepholes):
      "lstm" + (forgetGate == .coupled ? "-coupled" : forgetGate == .off ? "-no-forget" : "")
        + (peepholes ? "-peephole" : "")
    case .gru(let reset): "gru-reset-\(reset.rawValue)"
    case .mgu: "mgu"
    case .rnn(let activation): activation == .tanh ? "rnn" : "rnn-\(activation.rawValue)"
    }
  }

  package var description: CellDescription {
    switch self {
    case .lstm(let forgetGate, let peepholes):  // i f g o, or i g o
      let roles: [GateRole] =
        forgetGate == .on ? [.input, .forget, .candidate, .output] : [.input, .candidate, .output]
      let gates = roles.enumerated().map { index, role in
        CellDescription.Gate(role: role, pyTorchIndex: index, hasPeephole: peepholes && role.isShare)
      }
      return CellDescription(groups: [.init(gates)], hasCellState: true)
    case .gru(.before):  // z r, then ĥ
      return CellDescription(
        groups: [
          .init([
            .init(role: .update, pyTorchIndex: 1, isNegatedInPyTorch: true), .init(role: .reset, pyTorchIndex: 0),
          ]),
          .init([.init(role: .candidate, pyTorchIndex: 2)], recurrentFactor: .resetHidden),
        ], carriesHidden: true)
    case .gru(.after):  // ĥ z r q, where q = h′U + b′
      let gates: [CellDescription.Gate] = [
        .init(role: .candidate, pyTorchIndex: 2), .init(role: .update, pyTorchIndex: 1, isNegatedInPyTorch: true),
        .init(role: .reset, pyTorchIndex: 0), .init(pyTorchIndex: 2, hasRecurrentBias: true),
      ]
      return CellDescription(groups: [.init(gates, inputGates: 0..<3, recurrentGates: 1..<4)], carriesHidden: true)
    case .mgu:  // f, then ĥ
      return CellDescription(
        groups: [
          .init([.init(role: .update, pyTorchIndex: 0)]),
          .init([.init(role: .candidate, pyTorchIndex: 1)], recurrentFactor: .resetHidden),
        ], carriesHidden: true)
    case .rnn: return CellDescription(groups: [.init([.init(pyTorchIndex: 0)])])
    }
  }
}
