// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// The MGU, the minimal gated unit (Zhou et al. 2016); ′ marks the previous step.
///
///     f = σ(xW_f + h′U_f + b_f)        gate: share of h′ that the candidate sees, and share that it replaces
///     ĥ = tanh(xWₕ + (f∘h′)Uₕ + bₕ)    candidate
///     h = (1−f) ∘ h′ + f ∘ ĥ
///
/// It is the GRU with its reset and its update gate in one.
public struct MGUCell: ReferenceCell {
  public struct Gates<Value: Equatable & Sendable>: Equatable, Sendable {
    public var f: Value
    public var ĥ: Value
  }

  public var W: Gates<Matrix>  // each (inputSize, hiddenSize)
  public var U: Gates<Matrix>  // each (hiddenSize, hiddenSize)
  public var b: Gates<Vector>  // each (hiddenSize)

  public init(inputSize: Int, hiddenSize: Int) {
    let (w, u) = (Matrix.zeros(inputSize, hiddenSize), Matrix.zeros(hiddenSize, hiddenSize))
    let zeros = Vector.zeros(hiddenSize)
    W = Gates(f: w, ĥ: w)
    U = Gates(f: u, ĥ: u)
    b = Gates(f: zeros, ĥ: zeros)
  }

  public struct Cache: Sendable {
    let x: CellInput
    let previous: CellState
    let gates: Gates<Vector>
  }

  public func forward(_ x: CellInput, _ previous: CellState) -> (state: CellState, cache: Cache) {
    let f = σ(x * W.f + previous.h * U.f + b.f)
    let ĥ = tanh(x * W.ĥ + (f ∘ previous.h) * U.ĥ + b.ĥ)
    let h = (1 - f) ∘ previous.h + f ∘ ĥ

    return (CellState(h: h), Cache(x: x, previous: previous, gates: Gates(f: f, ĥ: ĥ)))
  }

  public func backward(
    _ dState: CellState, _ cache: Cache, addingTo gradient: inout MGUCell
  ) -> (dx: Vector, dPrevious: CellState) {
    let (x, previous) = (cache.x, cache.previous)
    let (f, ĥ) = (cache.gates.f, cache.gates.ĥ)

    // ∂L/∂h
    let dh = dState.h

    // δ = ∂L/∂(the argument of σ or tanh) of each gate; f reaches the loss through h and through the candidate
    let δĥ = dh ∘ f ∘ dtanh(ĥ)
    let dReset = δĥ * U.ĥ.transposed  // ∂L/∂(f∘h′)
    let δ = Gates(
      f: (dh ∘ (ĥ - previous.h) + dReset ∘ previous.h) ∘ dσ(f),
      ĥ: δĥ)

    // ∂L/∂W
    gradient.W.f += outer(x, δ.f)
    gradient.W.ĥ += outer(x, δ.ĥ)

    // ∂L/∂U
    gradient.U.f += outer(previous.h, δ.f)
    gradient.U.ĥ += outer(f ∘ previous.h, δ.ĥ)

    // ∂L/∂b
    gradient.b.f += δ.f
    gradient.b.ĥ += δ.ĥ

    // ∂L/∂x, ∂L/∂h′
    let dx = δ.f * W.f.transposed + δ.ĥ * W.ĥ.transposed
    let dhPrevious = dh ∘ (1 - f) + dReset ∘ f + δ.f * U.f.transposed
    return (dx, CellState(h: dhPrevious))
  }

  public static var gates: [Gate<MGUCell>] {
    [
      Gate("f", \.W.f, \.U.f, \.b.f),
      Gate("ĥ", \.W.ĥ, \.U.ĥ, \.b.ĥ),
    ]
  }
}
