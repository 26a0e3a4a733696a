// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// The plain recurrent network; ′ marks the previous step.
///
///     h = φ(xW + h′U + b)    where φ is tanh, or another ``Activation``
///
/// Each step of the backward pass multiplies ∂L/∂h by φ′ and Uᵀ again, which is why the gradient vanishes or explodes.
public struct RNNCell<Function: Activation>: ReferenceCell {
  public var W: Matrix  // (inputSize, hiddenSize)
  public var U: Matrix  // (hiddenSize, hiddenSize)
  public var b: Vector  // (hiddenSize)

  public init(inputSize: Int, hiddenSize: Int) {
    W = .zeros(inputSize, hiddenSize)
    U = .zeros(hiddenSize, hiddenSize)
    b = .zeros(hiddenSize)
  }

  public struct Cache: Sendable {
    let x: CellInput
    let previous: CellState
    let h: Vector
  }

  public func forward(_ x: CellInput, _ previous: CellState) -> (state: CellState, cache: Cache) {
    let h = Function.φ(x * W + previous.h * U + b)

    return (CellState(h: h), Cache(x: x, previous: previous, h: h))
  }

  public func backward(
    _ dState: CellState, _ cache: Cache, addingTo gradient: inout Self
  ) -> (dx: Vector, dPrevious: CellState) {
    let (x, previous, h) = (cache.x, cache.previous, cache.h)

    // δ = ∂L/∂(xW + h′U + b), the gradient of the pre-activation
    let δ = dState.h ∘ Function.dφ(h)

    gradient.W += outer(x, δ)  // ∂L/∂W
    gradient.U += outer(previous.h, δ)  // ∂L/∂U
    gradient.b += δ  // ∂L/∂b

    let dx = δ * W.transposed  // ∂L/∂x
    let dhPrevious = δ * U.transposed  // ∂L/∂h′
    return (dx, CellState(h: dhPrevious))
  }

  public static var gates: [Gate<Self>] {
    [Gate("h", \.W, \.U, \.b)]
  }
}
