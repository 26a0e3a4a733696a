/// What each stacked layer, from layer 1 up, makes of its input x and of what it computes of it, f(x). The recurrence
/// stays on the layer's own h: what is mixed goes upward only.
public enum Connection: Equatable, Sendable {
  /// y = f(x)
  case plain
  /// y = x + f(x): the gradient of y reaches x undiminished (He et al. 2015).
  case residual
  /// y = (1−a)x + a f(x) with one constant a, above 0 and at most 1. What n layers pass on of x fades as (1−a)ⁿ.
  case leaky(Double)
  /// y = (1−a)∘x + a∘f(x), where the gate a is computed from x for each unit (Srivastava et al. 2015).
  case highway
  /// y = b∘x + a∘f(x), with two gates that are computed from x and free of each other: what an LSTM does with its cell
  /// state from step to step, here from layer to layer.
  case gated

  /// The connections by their names.
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

  /// The connection of a kind.
  ///
  /// - Parameter leak: The constant of ``leaky(_:)``; the others have none.
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

  /// Which it is.
  public var kind: Kind {
    switch self {
    case .plain: .plain
    case .residual: .residual
    case .leaky: .leaky
    case .highway: .highway
    case .gated: .gated
    }
  }

  /// The constant of ``leaky(_:)``; nil of all others.
  public var leak: Double? { if case .leaky(let leak) = self { leak } else { nil } }
}

extension Connection {
  /// What the biases of the gates a and b start from; empty where there are none. At first most of x is passed on and
  /// little added, so that a deep stack begins as a shallow one.
  var initialGateBiases: [Float] {
    switch self {
    case .plain, .residual, .leaky: []
    case .highway: [-2]
    case .gated: [-2, 2]
    }
  }

  /// Gates of each unit, with weights of their own.
  var gateCount: Int { initialGateBiases.count }

  /// Whether a model can have it.
  var isValid: Bool { leak.map { $0 > 0 && $0 <= 1 } != false }
}

extension Connection: Codable {
  private enum CodingKeys: CodingKey {
    case kind
    case leak
  }

  /// What a checkpoint says of it.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try members.decode(Kind.self, forKey: .kind)
    self.init(kind, leak: kind == .leaky ? try members.decode(Double.self, forKey: .leak) : 0)
  }

  /// A constant is written where there is one.
  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(kind, forKey: .kind)
    try members.encodeIfPresent(leak, forKey: .leak)
  }
}
