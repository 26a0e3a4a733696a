/// Properties of a cell that the parameter layout, the time loop and checkpoints depend on. The equations of the cell
/// are in its kernels.
package struct CellDescription: Sendable {
  /// A gate or a candidate: one pre-activation of each unit.
  package struct Gate: Sendable {
    /// Function of the gate; nil for the only pre-activation of the plain network, and for a product scaled by a gate.
    package var role: GateRole?
    /// Index among PyTorch's gates of the cell.
    package var pyTorchIndex: Int
    /// Whether PyTorch's gate is 1 minus this one, so that its weights and biases have the opposite sign.
    package var isNegatedInPyTorch = false
    /// Whether the bias is added to h′U, before a gate scales that product.
    package var hasRecurrentBias = false
    /// Whether the cell state is added to the pre-activation, through one weight a unit.
    package var hasPeephole = false
  }

  /// Left factor of the recurrent product of a group.
  package enum RecurrentFactor: Sendable {
    case hidden  // h′
    case resetHidden  // r ∘ h′, with a gate r of the first group
  }

  /// Gates that one kernel computes together, in the order of their storage.
  package struct Group: Sendable {
    package var gates: [Gate]
    /// Indices of the gates with input weights, and of those with recurrent weights.
    package var inputGates: Range<Int>
    package var recurrentGates: Range<Int>
    package var recurrentFactor: RecurrentFactor

    init(
      _ gates: [Gate], inputGates: Range<Int>? = nil, recurrentGates: Range<Int>? = nil,
      recurrentFactor: RecurrentFactor = .hidden
    ) {
      self.gates = gates
      self.inputGates = inputGates ?? 0..<gates.count
      self.recurrentGates = recurrentGates ?? 0..<gates.count
      self.recurrentFactor = recurrentFactor
    }
  }

  /// Groups in the order of computation: at most two, the second of which needs the result of the first.
  package var groups: [Group]
  /// Whether the cell has a state c that its output gate reveals: h = o∘tanh(c).
  package var hasCellState = false
  /// Whether h′ also reaches h past the gates, as a term of a sum.
  package var carriesHidden = false
}

extension CellDescription {
  private var gates: [Gate] { groups.flatMap(\.gates) }

  var roles: [GateRole] { gates.compactMap(\.role) }

  /// Nil if the cell has no such gate.
  package func place(of role: GateRole) -> (group: Int, gate: Int)? {
    for (group, description) in groups.enumerated() {
      if let gate = description.gates.firstIndex(where: { $0.role == role }) { return (group, gate) }
    }
    return nil
  }

  package var peepholeCount: Int { gates.count(where: \.hasPeephole) }

  /// Returns the index of a gate among the gates with a peephole; nil if it has none.
  package func peephole(of role: GateRole) -> Int? {
    gates.filter(\.hasPeephole).firstIndex { $0.role == role }
  }

  /// Number of PyTorch's gates, the candidate included.
  package var pyTorchGateCount: Int { Set(gates.map(\.pyTorchIndex)).count }

  /// Index of the candidate among PyTorch's gates; of the plain network, the index of its only pre-activation.
  package var pyTorchCandidate: Int { gates.first { $0.role == .candidate }?.pyTorchIndex ?? 0 }
}
