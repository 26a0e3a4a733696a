// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// The ``LSTMCell`` with layer normalization; N is that of ``LayerNormalization``, and gW and gU are its gains.
///
///     i = σ(gWᵢ∘N(xWᵢ) + gUᵢ∘N(h′Uᵢ) + bᵢ)    f, o alike; g alike with tanh
///     c = f ∘ c′ + i ∘ g                      carried on as it is
///     h = o ∘ tanh(gc ∘ N(c) + bc)
public struct NormalizedLSTMCell: ReferenceCell {
  public typealias Gates = LSTMCell.Gates

  public var W: Gates<Matrix>  // each (inputSize, hiddenSize)
  public var U: Gates<Matrix>  // each (hiddenSize, hiddenSize)
  public var b: Gates<Vector>  // each (hiddenSize)
  public var gW: Gates<Vector>  // each (hiddenSize)
  public var gU: Gates<Vector>  // each (hiddenSize)
  public var gc: Vector  // (hiddenSize)
  public var bc: Vector  // (hiddenSize)

  public init(inputSize: Int, hiddenSize: Int) {
    let plain = LSTMCell(inputSize: inputSize, hiddenSize: hiddenSize)
    (W, U, b, gW, gU) = (plain.W, plain.U, plain.b, plain.b, plain.b)
    (gc, bc) = (.zeros(hiddenSize), .zeros(hiddenSize))
  }

  public var zeroState: CellState { CellState(h: .zeros(hiddenSize), c: .zeros(hiddenSize)) }

  public struct Cache: Sendable {
    let x: CellInput
    let previous: CellState
    let gates: Gates<Vector>
    let c: Vector
  }

  public func forward(_ x: CellInput, _ previous: CellState) -> (state: CellState, cache: Cache) {
    let i = σ(gW.i ∘ N(x * W.i) + gU.i ∘ N(previous.h * U.i) + b.i)
    let f = σ(gW.f ∘ N(x * W.f) + gU.f ∘ N(previous.h * U.f) + b.f)
    let g = tanh(gW.g ∘ N(x * W.g) + gU.g ∘ N(previous.h * U.g) + b.g)
    let o = σ(gW.o ∘ N(x * W.o) + gU.o ∘ N(previous.h * U.o) + b.o)
    let c = f ∘ previous.c + i ∘ g
    let h = o ∘ tanh(gc ∘ N(c) + bc)

    return (CellState(h: h, c: c), Cache(x: x, previous: previous, gates: Gates(i: i, f: f, g: g, o: o), c: c))
  }

  public func backward(
    _ dState: CellState, _ cache: Cache, addingTo gradient: inout NormalizedLSTMCell
  ) -> (dx: Vector, dPrevious: CellState) {
    let (x, previous, c) = (cache.x, cache.previous, cache.c)
    let (i, f, g, o) = (cache.gates.i, cache.gates.f, cache.gates.g, cache.gates.o)

    // ∂L/∂h, and ∂L/∂c by two ways: from the next step's c, and from h = o ∘ tanh(m) with m = gc ∘ N(c) + bc
    let dh = dState.h
    let m = gc ∘ N(c) + bc
    let dm = dh ∘ o ∘ dtanh(tanh(m))
    let dgc = dm ∘ N(c)
    gradient.gc += dgc
    gradient.bc += dm
    let dc = dState.c + dN(c, gc ∘ dm)

    // δ = ∂L/∂(the argument of σ or tanh) of each gate
    let δ = Gates(
      i: dc ∘ g ∘ dσ(i),
      f: dc ∘ previous.c ∘ dσ(f),
      g: dc ∘ i ∘ dtanh(g),
      o: dh ∘ tanh(m) ∘ dσ(o))

    // ∂L/∂b
    gradient.b.i += δ.i
    gradient.b.f += δ.f
    gradient.b.g += δ.g
    gradient.b.o += δ.o

    // ∂L/∂x, ∂L/∂W, ∂L/∂gW
    let dx =
      back(δ.i, x, \.W.i, \.gW.i, addingTo: &gradient) + back(δ.f, x, \.W.f, \.gW.f, addingTo: &gradient)
      + back(δ.g, x, \.W.g, \.gW.g, addingTo: &gradient) + back(δ.o, x, \.W.o, \.gW.o, addingTo: &gradient)

    // ∂L/∂h′, ∂L/∂U, ∂L/∂gU
    let h = CellInput.vector(previous.h)
    let dhPrevious =
      back(δ.i, h, \.U.i, \.gU.i, addingTo: &gradient) + back(δ.f, h, \.U.f, \.gU.f, addingTo: &gradient)
      + back(δ.g, h, \.U.g, \.gU.g, addingTo: &gradient) + back(δ.o, h, \.U.o, \.gU.o, addingTo: &gradient)
    return (dx, CellState(h: dhPrevious, c: dc ∘ f))
  }

  public static var gates: [Gate<NormalizedLSTMCell>] {
    [
      Gate("i", \.W.i, \.U.i, \.b.i, gains: (\.gW.i, \.gU.i)),
      Gate("f", \.W.f, \.U.f, \.b.f, gains: (\.gW.f, \.gU.f)),
      Gate("g", \.W.g, \.U.g, \.b.g, gains: (\.gW.g, \.gU.g)),
      Gate("o", \.W.o, \.U.o, \.b.o, gains: (\.gW.o, \.gU.o)),
    ]
  }

  public static var normalizationOfState: NormalizationOfState<NormalizedLSTMCell>? {
    NormalizationOfState(gain: \.gc, bias: \.bc)
  }
}
