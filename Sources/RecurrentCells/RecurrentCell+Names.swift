extension RecurrentCell: CaseIterable {
  /// All variants of all kinds.
  public static let allCases = Kind.allCases.flatMap(\.variants)
}

extension RecurrentCell: Codable {
  /// Decodes a cell from its ``name``.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let cell = Self.allCases.first(where: { $0.name == name }) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "There is no cell '\(name)'.")
    }
    self = cell
  }

  /// Encodes the ``name`` of the cell.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

extension RecurrentCell {
  /// Roles of the gates and the candidate, in the order of computation; empty for the plain network.
  public var gates: [GateRole] { description.roles }

  /// Number of states that are carried from step to step: h, and c where there is one.
  public var stateCount: Int { description.hasCellState ? 2 : 1 }

  package var hasForgetGate: Bool { gates.contains(.forget) }
}

extension RecurrentCell.Kind {
  /// Whether a variant of the kind has a forget gate.
  package var hasForgetGate: Bool { variants.contains(where: \.hasForgetGate) }
}
