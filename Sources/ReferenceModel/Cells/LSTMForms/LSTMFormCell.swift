// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// The LSTM in all of its forms; ``LSTMCell`` writes out the usual one.
///
///     i, f, o = σ(a)    g = tanh(a)    a = xW + h′U + b of each gate; f depends on the form
///     a + p∘c′ for i and f, and a + p∘c for o, in place of a    with peepholes
///     c = f ∘ c′ + i ∘ g
///     h = o ∘ tanh(c)
///
/// With layer normalization, where N is defined in LayerNormalization.swift and gW, gU and gc are gains:
///
///     a = gW∘N(xW) + gU∘N(h′U) + b
///     h = o ∘ tanh(gc∘N(c) + bc)    the next step gets c without normalization
public struct LSTMFormCell<Form: LSTMForm>: ReferenceCell {
  public typealias Gates = LSTMCell.Gates

  // Parameters that a form lacks are zero, and are absent from its list of parameters.
  public var W: Gates<Matrix>  // each (inputSize, hiddenSize)
  public var U: Gates<Matrix>  // each (hiddenSize, hiddenSize)
  public var b: Gates<Vector>  // each (hiddenSize)
  public var p: Gates<Vector>  // each (hiddenSize), of i, f and o
  public var gW: Gates<Vector>  // each (hiddenSize)
  public var gU: Gates<Vector>  // each (hiddenSize)
  public var gc: Vector  // (hiddenSize)
  public var bc: Vector  // (hiddenSize)

  public init(inputSize: Int, hiddenSize: Int) {
    let usual = LSTMCell(inputSize: inputSize, hiddenSize: hiddenSize)
    (W, U, b, p, gW, gU) = (usual.W, usual.U, usual.b, usual.b, usual.b, usual.b)
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
    let i = σ(sum(W.i, U.i, b.i, gains: (gW.i, gU.i), x, previous.h) + p.i ∘ previous.c)
    let f = Form.forget(i, gate: σ(sum(W.f, U.f, b.f, gains: (gW.f, gU.f), x, previous.h) + p.f ∘ previous.c))
    let g = tanh(sum(W.g, U.g, b.g, gains: (gW.g, gU.g), x, previous.h))
    let c = f ∘ previous.c + i ∘ g
    let o = σ(sum(W.o, U.o, b.o, gains: (gW.o, gU.o), x, previous.h) + p.o ∘ c)
    let h = o ∘ tanh(Form.isNormalized ? gc ∘ N(c) + bc : c)

    return (CellState(h: h, c: c), Cache(x: x, previous: previous, gates: Gates(i: i, f: f, g: g, o: o), c: c))
  }

  public func backward(
    _ dState: CellState, _ cache: Cache, addingTo gradient: inout Self
  ) -> (dx: Vector, dPrevious: CellState) {
    let (x, previous, c) = (cache.x, cache.previous, cache.c)
    let (i, f, g, o) = (cache.gates.i, cache.gates.f, cache.gates.g, cache.gates.o)

    // ∂L/∂h and ∂L/∂c, and ∂L/∂m of h = o ∘ tanh(m)
    let dh = dState.h
    let m = Form.isNormalized ? gc ∘ N(c) + bc : c
    let dm = dh ∘ o ∘ dtanh(tanh(m))
    if Form.isNormalized {
      let dgc = dm ∘ N(c)
      gradient.gc += dgc
      gradient.bc += dm
    }

    let dc = whole(dState, cache).c

    // δ = ∂L/∂(pre-activation) of each gate, then ∂L/∂x, ∂L/∂h′ and ∂L/∂parameters
    let δo = dh ∘ tanh(m) ∘ dσ(o)
    let δi = dc ∘ Form.inputSlope(g, previousCell: previous.c) ∘ dσ(i)
    let δf = Form.hasForgetGate ? dc ∘ previous.c ∘ dσ(f) : .zeros(hiddenSize)
    let δg = dc ∘ i ∘ dtanh(g)
    let shares = zip([Self.i, Self.f, Self.g, Self.o], [δi, δf, δg, δo]).map { gate, δ in
      back(δ, gate, x, previous.h, addingTo: &gradient)
    }
    if Form.hasPeepholes {
      let (dpi, dpf, dpo) = (δi ∘ previous.c, δf ∘ previous.c, δo ∘ c)
      gradient.p.i += dpi
      gradient.p.f += dpf
      gradient.p.o += dpo
    }
    let dcPrevious = dc ∘ f + δi ∘ p.i + δf ∘ p.f
    return (sum(shares.map(\.dx)), CellState(h: sum(shares.map(\.dh)), c: dcPrevious))
  }

  /// Returns the full gradient of the state: ∂L/∂c flows through the next step's c, through m of h = o ∘ tanh(m), and
  /// through the output gate, which sees c.
  public func whole(_ dState: CellState, _ cache: Cache) -> CellState {
    let (dh, c, o) = (dState.h, cache.c, cache.gates.o)
    let m = Form.isNormalized ? gc ∘ N(c) + bc : c
    let dm = dh ∘ o ∘ dtanh(tanh(m))
    let δo = dh ∘ tanh(m) ∘ dσ(o)
    return CellState(h: dh, c: dState.c + (Form.isNormalized ? dN(c, gc ∘ dm) : dm) + δo ∘ p.o)
  }

  private func sum(_ vectors: [Vector]) -> Vector { vectors.dropFirst().reduce(vectors[0], +) }

  // Key paths of a generic type are made at every use, so the forward pass, which gradient checks run thousands of
  // times, does without them.
  private func sum(
    _ W: Matrix, _ U: Matrix, _ b: Vector, gains: (gW: Vector, gU: Vector), _ x: CellInput, _ h: Vector
  ) -> Vector {
    Form.isNormalized ? gains.gW ∘ N(x * W) + gains.gU ∘ N(h * U) + b : x * W + h * U + b
  }

  public var hiddenSize: Int { gc.count }

  private static var i: Gate<Self> { gate("i", \.W.i, \.U.i, \.b.i, gains: (\.gW.i, \.gU.i)) }
  private static var f: Gate<Self> { gate("f", \.W.f, \.U.f, \.b.f, gains: (\.gW.f, \.gU.f)) }
  private static var g: Gate<Self> { gate("g", \.W.g, \.U.g, \.b.g, gains: (\.gW.g, \.gU.g)) }
  private static var o: Gate<Self> { gate("o", \.W.o, \.U.o, \.b.o, gains: (\.gW.o, \.gU.o)) }

  private static func gate(
    _ name: String, _ W: WritableKeyPath<Self, Matrix>, _ U: WritableKeyPath<Self, Matrix>,
    _ b: WritableKeyPath<Self, Vector>, gains: (WritableKeyPath<Self, Vector>, WritableKeyPath<Self, Vector>)
  ) -> Gate<Self> {
    Gate(name, W, U, b, gains: Form.isNormalized ? gains : nil)
  }

  public static var gates: [Gate<Self>] { Form.hasForgetGate ? [i, f, g, o] : [i, g, o] }

  public static var peepholes: [Peephole<Self>] {
    guard Form.hasPeepholes else { return [] }
    return [Peephole("i", \.p.i)] + (Form.hasForgetGate ? [Peephole("f", \.p.f)] : []) + [Peephole("o", \.p.o)]
  }

  public static var normalizationOfState: NormalizationOfState<Self>? {
    Form.isNormalized ? NormalizationOfState(gain: \.gc, bias: \.bc) : nil
  }
}
