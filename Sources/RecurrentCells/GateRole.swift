/// The function of a gate, independent of its letter in the equations of the cell.
public enum GateRole: String, CaseIterable, Sendable {
  /// Share of the candidate that is written.
  case input
  /// Share of the cell state that is kept: a value near 0 erases the state.
  case forget
  /// The new content that can be written, from −1 to 1. It is not a share, unlike the gates.
  case candidate
  /// Share of the cell state that is revealed.
  case output
  /// Share of the hidden state that the candidate replaces.
  case update
  /// Share of the hidden state that the candidate sees.
  case reset

  /// Whether the gate is a factor from 0 to 1.
  public var isShare: Bool { self != .candidate }
}
