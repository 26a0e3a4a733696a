/// The function of a gate, whatever letter the gate has in the equations of its cell.
public enum GateRole: String, CaseIterable, Sendable {
  /// Share of the candidate that is written.
  case input
  /// Share of the cell state that is kept: near 0 it erases.
  case forget
  /// The new content, from −1 to 1: no share of anything, as the others are.
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
