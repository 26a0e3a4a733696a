// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// The LSTM (long short-term memory); ′ marks the previous step.
///
///     i = σ(xWᵢ + h′Uᵢ + bᵢ)         input gate: how much of the candidate is written
///     f = σ(xW_f + h′U_f + b_f)      forget gate: near 0 it erases, near 1 it keeps
///     g = tanh(xW_g + h′U_g + b_g)   candidate
///     o = σ(xWₒ + h′Uₒ + bₒ)         output gate: how much of the cell state is revealed
///     c = f ∘ c′ + i ∘ g
///     h = o ∘ tanh(c)
///
/// c changes by addition, so one step of the backward pass along c multiplies ∂L/∂c by f alone: with f near 1, the
/// gradient does not vanish.
public struct LSTMCell: ReferenceCell {
  public struct Gates<Value: Equatable & Sendable>: Equatable, Sendable {
    public var i: Value
    public var f: Value
    public var g: Value
    public var o: Value
  }

  public var W: Gates<Matrix>  // each (inputSize, hiddenSize)
  public var U: Gates<Matrix>  // each (hiddenSize, hiddenSize)
  public var b: Gates<Vector>  // each (hiddenSize)

  public init(inputSize: Int, hiddenSize: Int) {
    let (w, u) = (Matrix.zeros(inputSize, hiddenSize), Matrix.zeros(hiddenSize, hiddenSize))
    let zeros = Vector.zeros(hiddenSize)
    W = Gates(i: w, f: w, g: w, o: w)
    U = Gates(i: u, f: u, g: u, o: u)
    b = Gates(i: zeros, f: zeros, g: zeros, o: zeros)
  }

  public var zeroState: CellState { CellState(h: .zeros(hiddenSize), c: .zeros(hiddenSize)) }

  public struct Cache: Sendable {
    let x: CellInput
    let previous: CellState
    let gates: Gates<Vector>
    let c: Vector
  }

  public func forward(_ x: CellInput, _ previous: CellState) -> (state: CellState, cache: Cache) {
    let i = σ(x * W.i + previous.h * U.i + b.i)
    let f = σ(x * W.f + previous.h * U.f + b.f)
    let g = tanh(x * W.g + previous.h * U.g + b.g)
    let o = σ(x * W.o + previous.h * U.o + b.o)
    let c = f ∘ previous.c + i ∘ g
    let h = o ∘ tanh(c)

    return (CellState(h: h, c: c), Cache(x: x, previous: previous, gates: Gates(i: i, f: f, g: g, o: o), c: c))
  }

  public func backward(
    _ dState: CellState, _ cache: Cache, addingTo gradient: inout LSTMCell
  ) -> (dx: Vector, dPrevious: CellState) {
    let (x, previous, c) = (cache.x, cache.previous, cache.c)
    let (i, f, g, o) = (cache.gates.i, cache.gates.f, cache.gates.g, cache.gates.o)

    // ∂L/∂h and ∂L/∂c
    let dh = dState.h
    let dc = whole(dState, cache).c

    // δ = ∂L/∂(xW + h′U + b) of each gate, the gradient of its pre-activation
    let δ = Gates(
      i: dc ∘ g ∘ dσ(i), f: dc ∘ previous.c ∘ dσ(f), g: dc ∘ i ∘ dtanh(g), o: dh ∘ tanh(c) ∘ dσ(o))

    // ∂L/∂W
    gradient.W.i += outer(x, δ.i)
    gradient.W.f += outer(x, δ.f)
    gradient.W.g += outer(x, δ.g)
    gradient.W.o += outer(x, δ.o)

    // ∂L/∂U
    gradient.U.i += outer(previous.h, δ.i)
    gradient.U.f += outer(previous.h, δ.f)
    gradient.U.g += outer(previous.h, δ.g)
    gradient.U.o += outer(previous.h, δ.o)

    // ∂L/∂b
    gradient.b.i += δ.i
    gradient.b.f += δ.f
    gradient.b.g += δ.g
    gradient.b.o += δ.o

    // ∂L/∂x, ∂L/∂h′, ∂L/∂c′
    let dx = δ.i * W.i.transposed + δ.f * W.f.transposed + δ.g * W.g.transposed + δ.o * W.o.transposed
    let dhPrevious = δ.i * U.i.transposed + δ.f * U.f.transposed + δ.g * U.g.transposed + δ.o * U.o.transposed
    return (dx, CellState(h: dhPrevious, c: dc ∘ f))
  }

  /// Returns the full gradient of the state: ∂L/∂c flows through the next step's c and through h = o ∘ tanh(c).
  public func whole(_ dState: CellState, _ cache: Cache) -> CellState {
    CellState(h: dState.h, c: dState.c + dState.h ∘ cache.gates.o ∘ dtanh(tanh(cache.c)))
  }

  public static var gates: [Gate<LSTMCell>] {
    [
      Gate("i", \.W.i, \.U.i, \.b.i),
      Gate("f", \.W.f, \.U.f, \.b.f),
      Gate("g", \.W.g, \.U.g, \.b.g),
      Gate("o", \.W.o, \.U.o, \.b.o),
    ]
  }
}
