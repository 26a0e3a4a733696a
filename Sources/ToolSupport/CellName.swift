package import CommandLineSupport
package import RecurrentEngine

/// The cells as they are typed; what a cell has variants in is an option of its own.
package enum CellName: String, CaseIterable, Sendable {
  case lstm, gru, rnn
}

/// Where the GRU's reset gate acts.
package enum GRUReset: String, CaseIterable, Sendable {
  case before, after
}

/// The LSTM's forget gate.
package enum ForgetGate: String, CaseIterable, Sendable {
  case on, off, coupled
}

/// The RNN's activation.
package enum Activation: String, CaseIterable, Sendable {
  case tanh, relu
}

/// What the options about the cell say together.
package struct CellOptions: Equatable, Sendable {
  package var name = CellName.lstm
  package var gruReset: GRUReset?
  package var forgetGate: ForgetGate?
  package var hasPeepholes = false
  package var activation: Activation?

  package init() {}

  /// Those that name a cell, the usual variant included. Each cell is listed here once.
  package init(_ kind: CellKind) {
    switch kind {
    case .lstm: (name, forgetGate) = (.lstm, .on)
    case .lstmCoupled: (name, forgetGate) = (.lstm, .coupled)
    case .lstmNoForget: (name, forgetGate) = (.lstm, .off)
    case .lstmPeephole: (name, forgetGate, hasPeepholes) = (.lstm, .on, true)
    case .lstmCoupledPeephole: (name, forgetGate, hasPeepholes) = (.lstm, .coupled, true)
    case .lstmNoForgetPeephole: (name, forgetGate, hasPeepholes) = (.lstm, .off, true)
    case .gruResetBefore: (name, gruReset) = (.gru, .before)
    case .gruResetAfter: (name, gruReset) = (.gru, .after)
    case .rnn: (name, activation) = (.rnn, .tanh)
    case .rnnReLU: (name, activation) = (.rnn, .relu)
    }
  }

  /// The cell that these options name.
  ///
  /// - Throws: `UsageError.conflict` if a variant is given for a cell that does not have it.
  package func kind() throws(UsageError) -> CellKind {
    for (option, owner) in variants where name != owner {
      throw .conflict("\(option) is for --cell \(owner.rawValue), not for --cell \(name.rawValue)")
    }
    var complete = self
    switch name {
    case .lstm: complete.forgetGate = forgetGate ?? .on
    case .gru: complete.gruReset = gruReset ?? .before
    case .rnn: complete.activation = activation ?? .tanh
    }
    guard let kind = CellKind.allCases.first(where: { CellOptions($0) == complete }) else {
      throw .conflict("there is no --cell \(name.rawValue) with these variants together; leave one out")
    }
    return kind
  }

  /// The options about variants that are given, each with the cell that has it.
  package var variants: [(option: String, owner: CellName)] {
    let all = [
      ("--gru-reset", CellName.gru, gruReset != nil), ("--forget-gate", .lstm, forgetGate != nil),
      ("--peepholes", .lstm, hasPeepholes), ("--activation", .rnn, activation != nil),
    ]
    return all.compactMap { option, owner, isGiven in isGiven ? (option, owner) : nil }
  }

  /// Another cell, in the variant that these options give of it.
  package func variant(of name: CellName) -> CellOptions {
    var own = CellOptions()
    own.name = name
    switch name {
    case .lstm: (own.forgetGate, own.hasPeepholes) = (forgetGate, hasPeepholes)
    case .gru: own.gruReset = gruReset
    case .rnn: own.activation = activation
    }
    return own
  }

  /// The options as they are typed, each with its value.
  var arguments: [(String, String)] {
    let variants = [
      ("--gru-reset", gruReset?.rawValue), ("--forget-gate", forgetGate?.rawValue),
      ("--activation", activation?.rawValue),
    ]
    return [("--cell", name.rawValue)] + variants.compactMap { option, value in value.map { (option, $0) } }
  }

  /// Those that take no value.
  var flags: [String] { hasPeepholes ? ["--peepholes"] : [] }
}
