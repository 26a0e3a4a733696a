/// The recurrent cells.
public enum CellKind: String, Codable, CaseIterable, Sendable {
  /// Long short-term memory with a forget gate and without peepholes: four gates, and a cell state besides h.
  case lstm
  /// The gated recurrent unit of Cho et al. 2014: the reset gate acts on h′ before its product.
  case gruResetBefore = "gru-reset-before"
  /// The gated recurrent unit of PyTorch and cuDNN: the reset gate acts on the product of h′.
  case gruResetAfter = "gru-reset-after"
  /// The plain recurrent network: h = tanh of one sum.
  case rnn
}

/// What the model must know of a cell to lay out its parameters and to call its kernels; the equations are theirs.
struct CellDescription {
  struct Gate {
    /// Where PyTorch has the gate among the gates of this kind of cell.
    var pyTorchIndex: Int
    /// PyTorch's gate is 1 minus this one, so all that enters its sum has the other sign.
    var isNegatedInPyTorch = false
    /// The bias belongs to h′U and not to the whole sum.
    var hasRecurrentBias = false
    /// What the bias starts from; nil for zero.
    var isForgetGate = false
  }

  /// What the recurrent weights of a group are multiplied with.
  enum RecurrentFactor {
    case hidden  // h′
    case resetHidden  // r ∘ h′
  }

  /// Gates that one kernel computes together.
  struct Group {
    var gates: [Gate]
    /// The gates, in their order, that have input weights, and those that have recurrent weights.
    var inputGates: Range<Int>
    var recurrentGates: Range<Int>
    var recurrentFactor = RecurrentFactor.hidden

    init(_ gates: [Gate], recurrentFactor: RecurrentFactor = .hidden) {
      self.gates = gates
      inputGates = 0..<gates.count
      recurrentGates = 0..<gates.count
      self.recurrentFactor = recurrentFactor
    }
  }

  var groups: [Group]
  var hasCellState = false
  /// h′ reaches h past the gates as well, as part of a sum.
  var carriesHidden = false
  /// Gates that PyTorch has.
  var pyTorchGateCount: Int
  /// That of them which is what could be written, and says not how much of something is.
  var pyTorchCandidate: Int
}

extension CellKind {
  var description: CellDescription {
    switch self {
    case .lstm:  // i f g o
      return CellDescription(
        groups: [
          .init([
            .init(pyTorchIndex: 0), .init(pyTorchIndex: 1, isForgetGate: true), .init(pyTorchIndex: 2),
            .init(pyTorchIndex: 3),
          ])
        ], hasCellState: true, pyTorchGateCount: 4, pyTorchCandidate: 2)
    case .gruResetBefore:  // z r, then ĥ
      return CellDescription(
        groups: [
          .init([.init(pyTorchIndex: 1, isNegatedInPyTorch: true), .init(pyTorchIndex: 0)]),
          .init([.init(pyTorchIndex: 2)], recurrentFactor: .resetHidden),
        ], carriesHidden: true, pyTorchGateCount: 3, pyTorchCandidate: 2)
    case .gruResetAfter:  // ĥ z r q, where q = h′U + b′
      var group = CellDescription.Group([
        .init(pyTorchIndex: 2), .init(pyTorchIndex: 1, isNegatedInPyTorch: true), .init(pyTorchIndex: 0),
        .init(pyTorchIndex: 2, hasRecurrentBias: true),
      ])
      group.inputGates = 0..<3
      group.recurrentGates = 1..<4
      return CellDescription(groups: [group], carriesHidden: true, pyTorchGateCount: 3, pyTorchCandidate: 2)
    case .rnn:
      return CellDescription(groups: [.init([.init(pyTorchIndex: 0)])], pyTorchGateCount: 1, pyTorchCandidate: 0)
    }
  }

  /// States that are carried from step to step: h, and c where there is one.
  public var stateCount: Int { description.hasCellState ? 2 : 1 }
}
