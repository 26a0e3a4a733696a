/// The skip connection of each stacked layer from layer 1 up: its output y as a function of its input x and of its
/// hidden state f(x). The recurrence of the layer uses h alone; y goes to the layer above.
public enum Connection: Equatable, Sendable {
  /// y = f(x)
  case plain
  /// y = x + f(x): the gradient of y passes to x unchanged (He et al. 2015).
  case residual
  /// y = (1−a)x + a f(x) with a constant a, above 0 and at most 1. Through n layers, x fades as (1−a)ⁿ.
  case leaky(Double)
  /// y = (1−a)∘x + a∘f(x), where the gate a is computed from x for each unit (Srivastava et al. 2015).
  case highway
  /// y = b∘x + a∘f(x) with two gates computed from x: the LSTM's update of its cell state, from layer to layer.
  case gated

  /// The kinds of skip connections, without their constants.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// See ``Connection/plain``.
    case plain
    /// See ``Connection/residual``.
    case residual
    /// See ``Connection/leaky(_:)``.
    case leaky
    /// See ``Connection/highway``.
    case highway
    /// See ``Connection/gated``.
    case gated
  }

  /// Creates a connection of a kind. `leak` is the constant of ``leaky(_:)``; other kinds ignore it.
  public init(_ kind: Kind, leak: Double) {
    self =
      switch kind {
      case .plain: .plain
      case .residual: .residual
      case .leaky: .leaky(leak)
      case .highway: .highway
      case .gated: .gated
      }
  }

  /// The kind of the connection.
  public var kind: Kind {
    switch self {
    case .plain: .plain
    case .residual: .residual
    case .leaky: .leaky
    case .highway: .highway
    case .gated: .gated
    }
  }

  /// The constant of ``leaky(_:)``; nil for all other kinds.
  public var leak: Double? { if case .leaky(let leak) = self { leak } else { nil } }
}

extension Connection {
  /// Initial biases of a and b; empty without gates. Most of x passes at first: a deep stack begins like a shallow one.
  var initialGateBiases: [Float] {
    switch self {
    case .plain, .residual, .leaky: []
    case .highway: [-2]
    case .gated: [-2, 2]
    }
  }

  var gateCount: Int { initialGateBiases.count }

  var isValid: Bool { leak.map { $0 > 0 && $0 <= 1 } != false }
}

extension Connection: Codable {
  private enum CodingKeys: CodingKey {
    case kind
    case leak
  }

  /// Decodes the kind, and the constant of ``leaky(_:)``.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try members.decode(Kind.self, forKey: .kind)
    self.init(kind, leak: kind == .leaky ? try members.decode(Double.self, forKey: .leak) : 0)
  }

  /// Encodes the kind, and the constant of ``leaky(_:)``.
  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(kind, forKey: .kind)
    try members.encodeIfPresent(leak, forKey: .leak)
  }
}
