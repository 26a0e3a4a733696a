// Peepholes (Gers and Schmidhuber 2000): gates of an LSTM see its cell state, each unit its own. To the sum a of a gate
// comes p∘c′, of the output gate p∘c. With layer normalization it comes to the normalized sum, and is itself as it is.

/// The weights p of one gate.
public struct Peephole: @unchecked Sendable {
  public var weights: FloatPointer  // (unit)
  /// The share of each row of the batch in ∂L/∂p, over all steps so far. (row, unit), rows as of states
  public var gradient: MutableFloatPointer

  public init(weights: FloatPointer, gradient: MutableFloatPointer) {
    self.weights = weights
    self.gradient = gradient
  }

  /// Adds δ∘c to ∂L/∂p, where δ is the gradient of the gate's sum.
  ///
  /// - Returns: `gradient` + δ∘p: ∂L/∂c with what comes through here.
  @inlinable @inline(__always)
  func back<V: FloatVector>(_ delta: V, from c: V, to gradient: V, _ here: UnitVector) -> V {
    let share = self.gradient + here.state
    V(at: FloatPointer(share)).adding(delta, times: c).store(share)
    return gradient.adding(V(at: weights + here.unit), times: delta)
  }
}

/// Those of all gates that have one; of a form without a forget gate, `forget` is not used.
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
  /// The sum of a gate, with p∘c where the form has peepholes.
  @inlinable @inline(__always)
  static func sum<V: FloatVector>(_ a: V, seeing c: V, through peephole: Peephole, _ here: UnitVector) -> V {
    hasPeepholes ? a.adding(V(at: peephole.weights + here.unit), times: c) : a
  }
}

/// A form with peepholes.
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
