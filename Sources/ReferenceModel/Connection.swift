// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// The connection from the input x of a stacked layer and the layer's result f = f(x) to its output y. The recurrence
/// uses the layer's h; y is passed upward only.
public enum Connection: Equatable, Sendable {
  /// y = f
  case plain
  /// y = x + f
  case residual
  /// y = (1−a)x + a f, with one constant a
  case leaky(Double)
  /// y = (1−a)∘x + a∘f, with a = σ(xA + b_A)
  case highway
  /// y = b∘x + a∘f, with the additional gate b = σ(xB + b_B)
  case gated

  /// Key paths to the parameters of one gate of a layer's connection.
  struct Gate {
    let name: String
    let weights: WritableKeyPath<LayerConnection, Matrix>
    let bias: WritableKeyPath<LayerConnection, Vector>
  }

  var gates: [Gate] {
    switch self {
    case .plain, .residual, .leaky: []
    case .highway: [Gate(name: "A", weights: \.A, bias: \.bA)]
    case .gated: [Gate(name: "A", weights: \.A, bias: \.bA), Gate(name: "B", weights: \.B, bias: \.bB)]
    }
  }
}

/// The connection of one layer to the one below, with its parameters; unused ones are empty.
public struct LayerConnection: Equatable, Sendable {
  public let kind: Connection
  public var A: Matrix  // (hiddenSize, hiddenSize)
  public var bA: Vector  // (hiddenSize)
  public var B: Matrix  // (hiddenSize, hiddenSize)
  public var bB: Vector  // (hiddenSize)

  /// Creates a connection whose parameters are all zero.
  public init(_ kind: Connection, hiddenSize: Int) {
    self.kind = kind
    (A, bA, B, bB) = (.zeros(0, 0), .zeros(0), .zeros(0, 0), .zeros(0))
    for gate in kind.gates {
      self[keyPath: gate.weights] = .zeros(hiddenSize, hiddenSize)
      self[keyPath: gate.bias] = .zeros(hiddenSize)
    }
  }

  /// Returns the output for the layer's input x and result f.
  public func forward(_ x: Vector, _ f: Vector) -> Vector {
    switch kind {
    case .plain: f
    case .residual: x + f
    case .leaky(let a): (1 - a) * x + a * f
    case .highway: (1 - a(x)) ∘ x + a(x) ∘ f
    case .gated: b(x) ∘ x + a(x) ∘ f
    }
  }

  /// Returns ∂L/∂f and the part of ∂L/∂x that does not flow through f, and adds to ∂L/∂parameters.
  public func backward(
    _ dy: Vector, _ x: Vector, _ f: Vector, addingTo gradient: inout LayerConnection
  ) -> (dx: Vector, df: Vector) {
    switch kind {
    case .plain: return (.zeros(dy.count), dy)
    case .residual: return (dy, dy)
    case .leaky(let a): return ((1 - a) * dy, a * dy)
    case .highway:
      let a = a(x)
      let δ = dy ∘ (f - x) ∘ dσ(a)  // ∂L/∂(xA + b_A)
      gradient.A += outer(x, δ)
      gradient.bA += δ
      return (dy ∘ (1 - a) + δ * A.transposed, dy ∘ a)
    case .gated:
      let (a, b) = (a(x), b(x))
      let δA = dy ∘ f ∘ dσ(a)  // ∂L/∂(xA + b_A)
      gradient.A += outer(x, δA)
      gradient.bA += δA
      let δB = dy ∘ x ∘ dσ(b)  // ∂L/∂(xB + b_B)
      gradient.B += outer(x, δB)
      gradient.bB += δB
      return (dy ∘ b + δA * A.transposed + δB * B.transposed, dy ∘ a)
    }
  }

  private func a(_ x: Vector) -> Vector { σ(x * A + bA) }

  private func b(_ x: Vector) -> Vector { σ(x * B + bB) }
}
