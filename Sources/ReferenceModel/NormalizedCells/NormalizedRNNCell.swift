// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// The ``RNNCell`` with layer normalization; N is defined in LayerNormalization.swift, and gW and gU are gains.
///
///     h = φ(gW∘N(xW) + gU∘N(h′U) + b)
public struct NormalizedRNNCell<Function: Activation>: ReferenceCell {
  public var W: Matrix  // (inputSize, hiddenSize)
  public var U: Matrix  // (hiddenSize, hiddenSize)
  public var b: Vector  // (hiddenSize)
  public var gW: Vector  // (hiddenSize)
  public var gU: Vector  // (hiddenSize)

  public init(inputSize: Int, hiddenSize: Int) {
    W = .zeros(inputSize, hiddenSize)
    U = .zeros(hiddenSize, hiddenSize)
    (b, gW, gU) = (.zeros(hiddenSize), .zeros(hiddenSize), .zeros(hiddenSize))
  }

  public struct Cache: Sendable {
    let x: CellInput
    let previous: CellState
    let h: Vector
  }

  public func forward(_ x: CellInput, _ previous: CellState) -> (state: CellState, cache: Cache) {
    let h = Function.φ(gW ∘ N(x * W) + gU ∘ N(previous.h * U) + b)

    return (CellState(h: h), Cache(x: x, previous: previous, h: h))
  }

  public func backward(
    _ dState: CellState, _ cache: Cache, addingTo gradient: inout Self
  ) -> (dx: Vector, dPrevious: CellState) {
    // δ = ∂L/∂(pre-activation)
    let δ = dState.h ∘ Function.dφ(cache.h)

    gradient.b += δ
    let dx = back(δ, cache.x, \.W, \.gW, addingTo: &gradient)
    let dhPrevious = back(δ, .vector(cache.previous.h), \.U, \.gU, addingTo: &gradient)
    return (dx, CellState(h: dhPrevious))
  }

  public static var gates: [Gate<Self>] {
    [Gate("h", \.W, \.U, \.b, gains: (\.gW, \.gU))]
  }
}
