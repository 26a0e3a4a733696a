internal import KernelTemplates

/// The recurrent cells.
public enum CellKind: String, Codable, CaseIterable, Sendable {
  /// Long short-term memory with a forget gate: four gates, and a cell state besides h.
  case lstm
  /// The LSTM with the forget gate 1 − i: three gates (Greff et al. 2017).
  case lstmCoupled = "lstm-coupled"
  /// The LSTM of 1997 (Hochreiter and Schmidhuber), whose cell state forgets nothing: three gates.
  case lstmNoForget = "lstm-no-forget"
  /// The LSTM whose gates see the cell state (Gers and Schmidhuber 2000).
  case lstmPeephole = "lstm-peephole"
  /// The same with the forget gate 1 − i.
  case lstmCoupledPeephole = "lstm-coupled-peephole"
  /// The same without a forget gate.
  case lstmNoForgetPeephole = "lstm-no-forget-peephole"
  /// The gated recurrent unit of Cho et al. 2014: the reset gate acts on h′ before its product.
  case gruResetBefore = "gru-reset-before"
  /// The gated recurrent unit of PyTorch and cuDNN: the reset gate acts on the product of h′.
  case gruResetAfter = "gru-reset-after"
  /// The plain recurrent network: h = tanh of one sum.
  case rnn
  /// The plain recurrent network with a rectified linear unit: h = max(sum, 0).
  case rnnReLU = "rnn-relu"
}

/// What the model must know of a cell to lay out its parameters and to call its kernels; the equations are theirs.
package struct CellDescription {
  package struct Gate {
    /// Where PyTorch has the gate among the gates of this kind of cell.
    var pyTorchIndex: Int
    /// PyTorch's gate is 1 minus this one, so all that enters its sum has the other sign.
    var isNegatedInPyTorch = false
    /// The bias belongs to h′U and not to the whole sum.
    var hasRecurrentBias = false
    /// What it decides; nil for what is no gate: h of the plain recurrent network, and a product that a gate scales.
    package var role: GateRole?
  }

  /// What the recurrent weights of a group are multiplied with.
  package enum RecurrentFactor {
    case hidden  // h′
    case resetHidden  // r ∘ h′
  }

  /// Gates that one kernel computes together.
  package struct Group {
    package var gates: [Gate]
    /// The gates, in their order, that have input weights, and those that have recurrent weights.
    package var inputGates: Range<Int>
    package var recurrentGates: Range<Int>
    var recurrentFactor = RecurrentFactor.hidden

    init(_ gates: [Gate], recurrentFactor: RecurrentFactor = .hidden) {
      self.gates = gates
      inputGates = 0..<gates.count
      recurrentGates = 0..<gates.count
      self.recurrentFactor = recurrentFactor
    }
  }

  var kernels: (KernelSet.Cells) -> KernelSet.Cell
  package var groups: [Group]
  package var hasCellState = false
  /// Gates that see the cell state, each through a weight for each unit: those of i, f and o that there are.
  var peepholeCount = 0
  /// h′ reaches h past the gates as well, as part of a sum.
  var carriesHidden = false
  /// Gates that PyTorch has.
  var pyTorchGateCount: Int
  /// That of them which is what could be written, and says not how much of something is.
  var pyTorchCandidate: Int
}

extension CellDescription {
  /// A form of the LSTM: i f g o, of which f may be missing.
  fileprivate static func lstm(
    _ kernels: @escaping (KernelSet.Cells) -> KernelSet.Cell, hasForgetGate: Bool = true, hasPeepholes: Bool = false
  ) -> CellDescription {
    let roles: [GateRole] = hasForgetGate ? [.input, .forget, .candidate, .output] : [.input, .candidate, .output]
    let gates = roles.enumerated().map { Gate(pyTorchIndex: $0, role: $1) }
    return CellDescription(
      kernels: kernels, groups: [Group(gates)], hasCellState: true, peepholeCount: hasPeepholes ? gates.count - 1 : 0,
      pyTorchGateCount: gates.count, pyTorchCandidate: gates.count - 2)
  }

  /// The plain network with any activation.
  fileprivate static func rnn(_ kernels: @escaping (KernelSet.Cells) -> KernelSet.Cell) -> CellDescription {
    CellDescription(
      kernels: kernels, groups: [Group([Gate(pyTorchIndex: 0)])], pyTorchGateCount: 1, pyTorchCandidate: 0)
  }
}

extension CellKind {
  package var description: CellDescription {
    switch self {
    case .lstm: return .lstm(\.lstm)
    case .lstmCoupled: return .lstm(\.lstmCoupled, hasForgetGate: false)
    case .lstmNoForget: return .lstm(\.lstmNoForget, hasForgetGate: false)
    case .lstmPeephole: return .lstm(\.lstmPeephole, hasPeepholes: true)
    case .lstmCoupledPeephole: return .lstm(\.lstmCoupledPeephole, hasForgetGate: false, hasPeepholes: true)
    case .lstmNoForgetPeephole: return .lstm(\.lstmNoForgetPeephole, hasForgetGate: false, hasPeepholes: true)
    case .gruResetBefore:  // z r, then ĥ
      return CellDescription(
        kernels: \.gruResetBefore,
        groups: [
          .init([
            .init(pyTorchIndex: 1, isNegatedInPyTorch: true, role: .update), .init(pyTorchIndex: 0, role: .reset),
          ]),
          .init([.init(pyTorchIndex: 2, role: .candidate)], recurrentFactor: .resetHidden),
        ], carriesHidden: true, pyTorchGateCount: 3, pyTorchCandidate: 2)
    case .gruResetAfter:  // ĥ z r q, where q = h′U + b′
      var group = CellDescription.Group([
        .init(pyTorchIndex: 2, role: .candidate),
        .init(pyTorchIndex: 1, isNegatedInPyTorch: true, role: .update), .init(pyTorchIndex: 0, role: .reset),
        .init(pyTorchIndex: 2, hasRecurrentBias: true),
      ])
      group.inputGates = 0..<3
      group.recurrentGates = 1..<4
      return CellDescription(
        kernels: \.gruResetAfter, groups: [group], carriesHidden: true, pyTorchGateCount: 3, pyTorchCandidate: 2)
    case .rnn: return .rnn(\.rnn)
    case .rnnReLU: return .rnn(\.rnnReLU)
    }
  }

  /// Whether a forget gate is there, whose bias has a start of its own.
  package var hasForgetGate: Bool { gates.contains(.forget) }

  /// States that are carried from step to step: h, and c where there is one.
  public var stateCount: Int { description.hasCellState ? 2 : 1 }
}
