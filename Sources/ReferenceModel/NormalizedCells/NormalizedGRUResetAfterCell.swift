// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// The ``GRUResetAfterCell`` with layer normalization; N is defined in LayerNormalization.swift, and gW and gU are
/// gains.
///
///     r = σ(gWᵣ∘N(xWᵣ) + gUᵣ∘N(h′Uᵣ) + bᵣ)    z likewise
///     ĥ = tanh(gWₕ∘N(xWₕ) + bₕ + r∘(gUₕ∘N(h′Uₕ) + b′))
///     h = (1−z) ∘ h′ + z ∘ ĥ
public struct NormalizedGRUResetAfterCell: ReferenceCell {
  public typealias Gates = GRUResetAfterCell.Gates

  public var W: Gates<Matrix>  // each (inputSize, hiddenSize)
  public var U: Gates<Matrix>  // each (hiddenSize, hiddenSize)
  public var b: Gates<Vector>  // each (hiddenSize)
  public var recurrentBias: Vector  // b′ (hiddenSize)
  public var gW: Gates<Vector>  // each (hiddenSize)
  public var gU: Gates<Vector>  // each (hiddenSize)

  public init(inputSize: Int, hiddenSize: Int) {
    let plain = GRUResetAfterCell(inputSize: inputSize, hiddenSize: hiddenSize)
    (W, U, b, gW, gU) = (plain.W, plain.U, plain.b, plain.b, plain.b)
    recurrentBias = plain.recurrentBias
  }

  public struct Cache: Sendable {
    let x: CellInput
    let previous: CellState
    let gates: Gates<Vector>
    let recurrent: Vector  // gUₕ∘N(h′Uₕ) + b′
  }

  public func forward(_ x: CellInput, _ previous: CellState) -> (state: CellState, cache: Cache) {
    let r = σ(gW.r ∘ N(x * W.r) + gU.r ∘ N(previous.h * U.r) + b.r)
    let z = σ(gW.z ∘ N(x * W.z) + gU.z ∘ N(previous.h * U.z) + b.z)
    let recurrent = gU.ĥ ∘ N(previous.h * U.ĥ) + recurrentBias
    let ĥ = tanh(gW.ĥ ∘ N(x * W.ĥ) + b.ĥ + r ∘ recurrent)
    let h = (1 - z) ∘ previous.h + z ∘ ĥ

    return (
      CellState(h: h), Cache(x: x, previous: previous, gates: Gates(r: r, z: z, ĥ: ĥ), recurrent: recurrent)
    )
  }

  public func backward(
    _ dState: CellState, _ cache: Cache, addingTo gradient: inout NormalizedGRUResetAfterCell
  ) -> (dx: Vector, dPrevious: CellState) {
    let (x, previous) = (cache.x, cache.previous)
    let (r, z, ĥ) = (cache.gates.r, cache.gates.z, cache.gates.ĥ)

    // ∂L/∂h
    let dh = dState.h

    // δ = ∂L/∂(pre-activation) of each gate; the reset gate affects the loss through the candidate
    let δĥ = dh ∘ z ∘ dtanh(ĥ)
    let dRecurrent = δĥ ∘ r  // ∂L/∂(gUₕ∘N(h′Uₕ) + b′)
    let δ = Gates(
      r: δĥ ∘ cache.recurrent ∘ dσ(r),
      z: dh ∘ (ĥ - previous.h) ∘ dσ(z),
      ĥ: δĥ)

    // ∂L/∂b
    gradient.b.r += δ.r
    gradient.b.z += δ.z
    gradient.b.ĥ += δ.ĥ
    gradient.recurrentBias += dRecurrent

    // ∂L/∂x, ∂L/∂W, ∂L/∂gW
    let dx =
      back(δ.r, x, \.W.r, \.gW.r, addingTo: &gradient) + back(δ.z, x, \.W.z, \.gW.z, addingTo: &gradient)
      + back(δ.ĥ, x, \.W.ĥ, \.gW.ĥ, addingTo: &gradient)

    // ∂L/∂h′, ∂L/∂U, ∂L/∂gU
    let h = CellInput.vector(previous.h)
    let dhPrevious =
      dh ∘ (1 - z) + back(dRecurrent, h, \.U.ĥ, \.gU.ĥ, addingTo: &gradient)
      + back(δ.r, h, \.U.r, \.gU.r, addingTo: &gradient) + back(δ.z, h, \.U.z, \.gU.z, addingTo: &gradient)
    return (dx, CellState(h: dhPrevious))
  }

  public static var gates: [Gate<NormalizedGRUResetAfterCell>] {
    [
      Gate("r", \.W.r, \.U.r, \.b.r, gains: (\.gW.r, \.gU.r)),
      Gate("z", \.W.z, \.U.z, \.b.z, gains: (\.gW.z, \.gU.z)),
      Gate("ĥ", \.W.ĥ, \.U.ĥ, \.b.ĥ, \.recurrentBias, gains: (\.gW.ĥ, \.gU.ĥ)),
    ]
  }
}
