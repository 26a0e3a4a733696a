package import CommandLineSupport
package import RecurrentEngine

/// The cells as they are typed; the GRU's variant is an option of its own.
package enum CellName: String, CaseIterable, Sendable {
  case lstm, gru, rnn
}

/// Where the GRU's reset gate acts.
package enum GRUReset: String, CaseIterable, Sendable {
  case before, after
}

extension CellName {
  /// The cell that the two options together name.
  ///
  /// - Throws: `UsageError.conflict` if the variant is given for a cell that has none.
  package func kind(gruReset: GRUReset?) throws(UsageError) -> CellKind {
    if gruReset != nil, self != .gru {
      throw .conflict("--gru-reset is for --cell gru, not for --cell \(rawValue)")
    }
    return switch self {
    case .lstm: .lstm
    case .gru: gruReset == .after ? .gruResetAfter : .gruResetBefore
    case .rnn: .rnn
    }
  }
}
