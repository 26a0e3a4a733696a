// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// The ``MGUCell`` with layer normalization; N is defined in LayerNormalization.swift, and gW and gU are gains.
///
///     f = σ(gW_f∘N(xW_f) + gU_f∘N(h′U_f) + b_f)
///     ĥ = tanh(gWₕ∘N(xWₕ) + gUₕ∘N((f∘h′)Uₕ) + bₕ)
///     h = (1−f) ∘ h′ + f ∘ ĥ
public struct NormalizedMGUCell: ReferenceCell {
  public typealias Gates = MGUCell.Gates

  public var W: Gates<Matrix>  // each (inputSize, hiddenSize)
  public var U: Gates<Matrix>  // each (hiddenSize, hiddenSize)
  public var b: Gates<Vector>  // each (hiddenSize)
  public var gW: Gates<Vector>  // each (hiddenSize)
  public var gU: Gates<Vector>  // each (hiddenSize)

  public init(inputSize: Int, hiddenSize: Int) {
    let plain = MGUCell(inputSize: inputSize, hiddenSize: hiddenSize)
    (W, U, b, gW, gU) = (plain.W, plain.U, plain.b, plain.b, plain.b)
  }

  public func forward(_ x: CellInput, _ previous: CellState) -> (state: CellState, cache: MGUCell.Cache) {
    let f = σ(gW.f ∘ N(x * W.f) + gU.f ∘ N(previous.h * U.f) + b.f)
    let ĥ = tanh(gW.ĥ ∘ N(x * W.ĥ) + gU.ĥ ∘ N((f ∘ previous.h) * U.ĥ) + b.ĥ)
    let h = (1 - f) ∘ previous.h + f ∘ ĥ

    return (CellState(h: h), MGUCell.Cache(x: x, previous: previous, gates: Gates(f: f, ĥ: ĥ)))
  }

  public func backward(
    _ dState: CellState, _ cache: MGUCell.Cache, addingTo gradient: inout NormalizedMGUCell
  ) -> (dx: Vector, dPrevious: CellState) {
    let (x, previous) = (cache.x, cache.previous)
    let (f, ĥ) = (cache.gates.f, cache.gates.ĥ)

    // ∂L/∂h
    let dh = dState.h

    // δ = ∂L/∂(the argument of σ or tanh) of each gate
    let δĥ = dh ∘ f ∘ dtanh(ĥ)
    let dReset = back(δĥ, .vector(f ∘ previous.h), \.U.ĥ, \.gU.ĥ, addingTo: &gradient)  // ∂L/∂(f∘h′)
    let δf = (dh ∘ (ĥ - previous.h) + dReset ∘ previous.h) ∘ dσ(f)

    // ∂L/∂b
    gradient.b.f += δf
    gradient.b.ĥ += δĥ

    // ∂L/∂x, ∂L/∂W, ∂L/∂gW
    let dx =
      back(δf, x, \.W.f, \.gW.f, addingTo: &gradient) + back(δĥ, x, \.W.ĥ, \.gW.ĥ, addingTo: &gradient)

    // ∂L/∂h′, ∂L/∂U, ∂L/∂gU
    let dhPrevious =
      dh ∘ (1 - f) + dReset ∘ f + back(δf, .vector(previous.h), \.U.f, \.gU.f, addingTo: &gradient)
    return (dx, CellState(h: dhPrevious))
  }

  public static var gates: [Gate<NormalizedMGUCell>] {
    [
      Gate("f", \.W.f, \.U.f, \.b.f, gains: (\.gW.f, \.gU.f)),
      Gate("ĥ", \.W.ĥ, \.U.ĥ, \.b.ĥ, gains: (\.gW.ĥ, \.gU.ĥ)),
    ]
  }
}
