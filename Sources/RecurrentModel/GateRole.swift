/// What a gate decides, whatever letter it has in the equations of its cell.
public enum GateRole: String, CaseIterable, Sendable {
  /// What of the candidate is written.
  case input
  /// What is kept: near 0 it erases.
  case forget
  /// What could be written. It is a number from −1 to 1, and no share of anything as the others are.
  case candidate
  /// What is revealed.
  case output
  /// What share of the candidate takes the place of what was.
  case update
  /// What of the state before the candidate sees.
  case reset

  /// Whether it says how much of something passes, from 0 to 1.
  public var isShare: Bool { self != .candidate }
}

extension CellKind {
  /// The gates of the cell, in the order in which it computes them; none of the plain recurrent network.
  public var gates: [GateRole] { description.groups.flatMap { $0.gates.compactMap(\.role) } }
}

extension CellDescription {
  /// Where the cell has a gate: in which group, and which of that.
  package func place(of role: GateRole) -> (group: Int, gate: Int)? {
    for (group, description) in groups.enumerated() {
      if let gate = description.gates.firstIndex(where: { $0.role == role }) { return (group, gate) }
    }
    return nil
  }
}
