// Peephole connections (Gers and Schmidhuber 2000): the gates of an LSTM unit see the cell state of that unit. The
// pre-activation a of a gate gets an additional term, p∘c′, or p∘c for the output gate. With layer normalization, the
// term is added after normalization and is not normalized itself.

/// The peephole weights p of one gate.
public struct Peephole: @unchecked Sendable {
  public var weights: FloatPointer  // (unit)
  /// Contributions of each batch row to ∂L/∂p, over all steps so far. (row, unit), rows as in the states
  public var gradient: MutableFloatPointer

  public init(weights: FloatPointer, gradient: MutableFloatPointer) {
    self.weights = weights
    self.gradient = gradient
  }

  /// Adds δ∘c to ∂L/∂p, where δ = ∂L/∂a, and returns `gradient` + δ∘p: ∂L/∂c including the part through this peephole.
  @inlinable @inline(__always)
  func back<V: FloatVector>(_ delta: V, from c: V, to gradient: V, _ here: UnitVector) -> V {
    let share = self.gradient + here.state
    V(at: FloatPointer(share)).adding(delta, times: c).store(share)
    return gradient.adding(V(at: weights + here.unit), times: delta)
  }
}

/// The peepholes of all gates; `forget` is unused in forms without a forget gate.
public struct Peepholes: Sendable {
  public var input: Peephole
  public var forget: Peephole
  public var output: Peephole

  public init(input: Peephole, forget: Peephole, output: Peephole) {
    self.input = input
    self.forget = forget
    self.output = output
  }
}

extension LSTMForm {
  /// Returns the pre-activation of a gate, including p∘c if the form has peepholes.
  @inlinable @inline(__always)
  static func sum<V: FloatVector>(_ a: V, seeing c: V, through peephole: Peephole, _ here: UnitVector) -> V {
    hasPeepholes ? a.adding(V(at: peephole.weights + here.unit), times: c) : a
  }
}

/// A form with peephole connections.
public enum WithPeepholes<Form: LSTMForm>: LSTMForm {
  @inlinable @inline(__always)
  public static var hasForgetGate: Bool { Form.hasForgetGate }
  @inlinable @inline(__always)
  public static var hasPeepholes: Bool { true }
  @inlinable @inline(__always)
  public static func forget<V: FloatVector>(_ i: V, gate: V) -> V { Form.forget(i, gate: gate) }
  @inlinable @inline(__always)
  public static func inputSlope<V: FloatVector>(_ g: V, previousCell: V) -> V {
    Form.inputSlope(g, previousCell: previousCell)
  }
}
