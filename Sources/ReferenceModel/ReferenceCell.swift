// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// One layer of a recurrent network for one sequence: `forward` takes one time step, `backward` takes it back.
///
/// All vectors are rows, so a matrix stands on the right: `x * W`. A cell has for every gate the input weights W
/// `(inputSize, hiddenSize)`, the recurrent weights U `(hiddenSize, hiddenSize)` and the bias b `(hiddenSize)`;
/// `x * W + h * U` is the `[x, h]W` of the books with the matrix cut in two.
///
/// A gradient has the shape of what it is the gradient of. So the gradient of a cell is a value of the same type, and
/// `gradient.W.i` is ∂L/∂W of the input gate.
public protocol ReferenceCell: Equatable, Sendable {
  /// What the backward step needs to know of the forward step.
  associatedtype Cache: Sendable

  /// A cell whose parameters are all zero.
  init(inputSize: Int, hiddenSize: Int)

  /// The state before the first time step.
  var zeroState: CellState { get }

  /// Takes the state of the previous step to the state of this step.
  func forward(_ x: CellInput, _ previous: CellState) -> (state: CellState, cache: Cache)

  /// Takes ∂L/∂state to ∂L/∂x and ∂L/∂previous, and adds the step's share of ∂L/∂parameters to `gradient`.
  ///
  /// For a character, `dx` is the gradient of the one-hot vector that it stands for.
  func backward(
    _ dState: CellState, _ cache: Cache, addingTo gradient: inout Self
  ) -> (dx: Vector, dPrevious: CellState)

  /// Takes what reaches the state from the layer above and from the next step to the whole of ∂L/∂state: where there is
  /// a c, it reaches the loss through h, too.
  func whole(_ dState: CellState, _ cache: Cache) -> CellState

  /// The parameters of each gate, in PyTorch's order.
  static var gates: [Gate<Self>] { get }

  /// The weights of the gates that see c, in PyTorch's order; empty where there are none.
  static var peepholes: [Peephole<Self>] { get }

  /// Where the parameters of a normalized c are; nil where it is not normalized.
  static var normalizationOfState: NormalizationOfState<Self>? { get }
}

extension ReferenceCell {
  public var zeroState: CellState { CellState(h: .zeros(hiddenSize)) }

  public static var peepholes: [Peephole<Self>] { [] }

  public func whole(_ dState: CellState, _ cache: Cache) -> CellState { dState }

  public static var normalizationOfState: NormalizationOfState<Self>? { nil }

  var hiddenSize: Int { self[keyPath: Self.gates[0].b].count }
}

/// What a cell hands from one time step to the next.
public struct CellState: Equatable, Sendable {
  /// The output. `(hiddenSize)`
  public var h: Vector

  /// The memory of the LSTM, `(hiddenSize)`; empty for cells that have none.
  public var c: Vector

  public init(h: Vector, c: Vector = Vector([])) {
    self.h = h
    self.c = c
  }
}

/// The input of a cell: a vector, or a character that stands for a one-hot vector.
public enum CellInput: Equatable, Sendable {
  case character(Int)
  case vector(Vector)

  /// The product of a one-hot vector and W is one row of W.
  static func * (x: CellInput, W: Matrix) -> Vector {
    switch x {
    case .character(let character): W.row(character)
    case .vector(let x): x * W
    }
  }
}

/// Where a cell keeps the parameters of one gate.
public struct Gate<Cell> {
  /// As it is written in the equations.
  public let name: String
  public let W: WritableKeyPath<Cell, Matrix>
  public let U: WritableKeyPath<Cell, Matrix>
  public let b: WritableKeyPath<Cell, Vector>

  /// b′, the bias inside the reset gate's product. Only the candidate of the reset-after GRU has it.
  public let recurrentBias: WritableKeyPath<Cell, Vector>?

  /// The gains of xW and h′U, where these are normalized.
  public let gains: (gW: WritableKeyPath<Cell, Vector>, gU: WritableKeyPath<Cell, Vector>)?

  init(
    _ name: String, _ W: WritableKeyPath<Cell, Matrix>, _ U: WritableKeyPath<Cell, Matrix>,
    _ b: WritableKeyPath<Cell, Vector>, _ recurrentBias: WritableKeyPath<Cell, Vector>? = nil,
    gains: (WritableKeyPath<Cell, Vector>, WritableKeyPath<Cell, Vector>)? = nil
  ) {
    self.name = name
    self.W = W
    self.U = U
    self.b = b
    self.recurrentBias = recurrentBias
    self.gains = gains
  }
}

/// Where a cell keeps the weights through which a gate sees c.
public struct Peephole<Cell> {
  /// That of the gate.
  public let name: String
  public let p: WritableKeyPath<Cell, Vector>

  init(_ name: String, _ p: WritableKeyPath<Cell, Vector>) {
    self.name = name
    self.p = p
  }
}

/// Where a cell keeps the parameters of its normalized c.
public struct NormalizationOfState<Cell> {
  public let gain: WritableKeyPath<Cell, Vector>
  public let bias: WritableKeyPath<Cell, Vector>
}
