// swift-format-ignore-file: AlwaysUseLowerCamelCase, IdentifiersMustBeASCII
// Names are those of the equations.

/// One layer of a recurrent network for one sequence: `forward` computes one time step, `backward` its gradients.
///
/// All vectors are rows, so matrices are on the right: `x * W`. For every gate, a cell has input weights W
/// `(inputSize, hiddenSize)`, recurrent weights U `(hiddenSize, hiddenSize)` and a bias b `(hiddenSize)`;
/// `x * W + h * U` is the `[x, h]W` of textbooks with the matrix split in two.
///
/// A gradient has the shape of its variable: the gradient of a cell is a value of the same type, and `gradient.W.i` is
/// ∂L/∂W of the input gate.
public protocol ReferenceCell: Equatable, Sendable {
  /// Results of the forward step that the backward step needs.
  associatedtype Cache: Sendable

  /// Creates a cell whose parameters are all zero.
  init(inputSize: Int, hiddenSize: Int)

  /// The state before the first time step.
  var zeroState: CellState { get }

  var hiddenSize: Int { get }

  /// Computes the state of this step from that of the previous step.
  func forward(_ x: CellInput, _ previous: CellState) -> (state: CellState, cache: Cache)

  /// Returns ∂L/∂x and ∂L/∂previous for ∂L/∂state, and adds this step's contribution to ∂L/∂parameters to `gradient`.
  ///
  /// For a character, `dx` is the gradient of its one-hot vector.
  func backward(
    _ dState: CellState, _ cache: Cache, addingTo gradient: inout Self
  ) -> (dx: Vector, dPrevious: CellState)

  /// Returns the full ∂L/∂state from the gradient that comes from the layer above and the next step: a cell state c
  /// also affects the loss through h.
  func whole(_ dState: CellState, _ cache: Cache) -> CellState

  /// The parameters of each gate, in PyTorch's order.
  static var gates: [Gate<Self>] { get }

  /// The peephole weights of the gates, in PyTorch's order; empty if there are none.
  static var peepholes: [Peephole<Self>] { get }

  /// The parameters of the normalized c; nil if c is not normalized.
  static var normalizationOfState: NormalizationOfState<Self>? { get }
}

extension ReferenceCell {
  public var zeroState: CellState { CellState(h: .zeros(hiddenSize)) }

  public static var peepholes: [Peephole<Self>] { [] }

  public func whole(_ dState: CellState, _ cache: Cache) -> CellState { dState }

  public static var normalizationOfState: NormalizationOfState<Self>? { nil }

  public var hiddenSize: Int { self[keyPath: Self.gates[0].b].count }
}

/// The state that a cell passes from one time step to the next.
public struct CellState: Equatable, Sendable {
  /// The output. `(hiddenSize)`
  public var h: Vector

  /// The cell state of the LSTM, `(hiddenSize)`; empty for cells without one.
  public var c: Vector

  public init(h: Vector, c: Vector = Vector([])) {
    self.h = h
    self.c = c
  }
}

/// The input of a cell: a vector, or a character that represents a one-hot vector.
public enum CellInput: Equatable, Sendable {
  case character(Int)
  case vector(Vector)

  /// Returns the product with W: for a one-hot vector, one row of W.
  static func * (x: CellInput, W: Matrix) -> Vector {
    switch x {
    case .character(let character): W.row(character)
    case .vector(let x): x * W
    }
  }
}

/// Key paths to a cell's parameters of one gate.
public struct Gate<Cell> {
  /// Name of the gate in the equations.
  public let name: String
  public let W: WritableKeyPath<Cell, Matrix>
  public let U: WritableKeyPath<Cell, Matrix>
  public let b: WritableKeyPath<Cell, Vector>

  /// b′, the bias inside the product with the reset gate; only in the candidate of the reset-after GRU.
  public let recurrentBias: WritableKeyPath<Cell, Vector>?

  /// The gains of xW and h′U; nil without normalization.
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

/// A key path to a cell's peephole weights of one gate.
public struct Peephole<Cell> {
  /// Name of the gate.
  public let name: String
  public let p: WritableKeyPath<Cell, Vector>

  init(_ name: String, _ p: WritableKeyPath<Cell, Vector>) {
    self.name = name
    self.p = p
  }
}

/// Key paths to a cell's parameters of the normalized c.
public struct NormalizationOfState<Cell> {
  public let gain: WritableKeyPath<Cell, Vector>
  public let bias: WritableKeyPath<Cell, Vector>
}
