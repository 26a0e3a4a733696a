// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// The GRU (gated recurrent unit) with the reset gate applied after the product with U; ′ marks the previous step.
///
///     r = σ(xWᵣ + h′Uᵣ + bᵣ)                reset gate: how much of h′ the candidate sees
///     z = σ(xW_z + h′U_z + b_z)             update gate: how much of the candidate replaces h′
///     ĥ = tanh(xWₕ + bₕ + r∘(h′Uₕ + b′))    candidate
///     h = (1−z) ∘ h′ + z ∘ ĥ
///
/// The variant of cuDNN and PyTorch: all products with h′ can be computed at once. PyTorch's update gate is 1−z.
public struct GRUResetAfterCell: ReferenceCell {
  public struct Gates<Value: Equatable & Sendable>: Equatable, Sendable {
    public var r: Value
    public var z: Value
    public var ĥ: Value
  }

  public var W: Gates<Matrix>  // each (inputSize, hiddenSize)
  public var U: Gates<Matrix>  // each (hiddenSize, hiddenSize)
  public var b: Gates<Vector>  // each (hiddenSize)
  public var recurrentBias: Vector  // b′ (hiddenSize)

  public init(inputSize: Int, hiddenSize: Int) {
    let (w, u) = (Matrix.zeros(inputSize, hiddenSize), Matrix.zeros(hiddenSize, hiddenSize))
    let zeros = Vector.zeros(hiddenSize)
    W = Gates(r: w, z: w, ĥ: w)
    U = Gates(r: u, z: u, ĥ: u)
    b = Gates(r: zeros, z: zeros, ĥ: zeros)
    recurrentBias = zeros
  }

  public struct Cache: Sendable {
    let x: CellInput
    let previous: CellState
    let gates: Gates<Vector>
    let recurrent: Vector  // h′Uₕ + b′
  }

  public func forward(_ x: CellInput, _ previous: CellState) -> (state: CellState, cache: Cache) {
    let r = σ(x * W.r + previous.h * U.r + b.r)
    let z = σ(x * W.z + previous.h * U.z + b.z)
    let recurrent = previous.h * U.ĥ + recurrentBias
    let ĥ = tanh(x * W.ĥ + b.ĥ + r ∘ recurrent)
    let h = (1 - z) ∘ previous.h + z ∘ ĥ

    return (
      CellState(h: h), Cache(x: x, previous: previous, gates: Gates(r: r, z: z, ĥ: ĥ), recurrent: recurrent)
    )
  }

  public func backward(
    _ dState: CellState, _ cache: Cache, addingTo gradient: inout GRUResetAfterCell
  ) -> (dx: Vector, dPrevious: CellState) {
    let (x, previous, recurrent) = (cache.x, cache.previous, cache.recurrent)
    let (r, z, ĥ) = (cache.gates.r, cache.gates.z, cache.gates.ĥ)

    // ∂L/∂h
    let dh = dState.h

    // δ = ∂L/∂(pre-activation) of each gate; the reset gate affects the loss through the candidate
    let δĥ = dh ∘ z ∘ dtanh(ĥ)
    let dRecurrent = δĥ ∘ r  // ∂L/∂(h′Uₕ + b′)
    let δ = Gates(
      r: δĥ ∘ recurrent ∘ dσ(r),
      z: dh ∘ (ĥ - previous.h) ∘ dσ(z),
      ĥ: δĥ)

    // ∂L/∂W
    gradient.W.r += outer(x, δ.r)
    gradient.W.z += outer(x, δ.z)
    gradient.W.ĥ += outer(x, δ.ĥ)

    // ∂L/∂U
    gradient.U.r += outer(previous.h, δ.r)
    gradient.U.z += outer(previous.h, δ.z)
    gradient.U.ĥ += outer(previous.h, dRecurrent)

    // ∂L/∂b, ∂L/∂b′
    gradient.b.r += δ.r
    gradient.b.z += δ.z
    gradient.b.ĥ += δ.ĥ
    gradient.recurrentBias += dRecurrent

    // ∂L/∂x, ∂L/∂h′
    let dx = δ.r * W.r.transposed + δ.z * W.z.transposed + δ.ĥ * W.ĥ.transposed
    let dhPrevious =
      dh ∘ (1 - z) + dRecurrent * U.ĥ.transposed + δ.r * U.r.transposed + δ.z * U.z.transposed
    return (dx, CellState(h: dhPrevious))
  }

  public static var gates: [Gate<GRUResetAfterCell>] {
    [
      Gate("r", \.W.r, \.U.r, \.b.r),
      Gate("z", \.W.z, \.U.z, \.b.z),
      Gate("ĥ", \.W.ĥ, \.U.ĥ, \.b.ĥ, \.recurrentBias),
    ]
  }
}
