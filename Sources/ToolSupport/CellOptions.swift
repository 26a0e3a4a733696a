package import CommandLineSupport
package import RecurrentEngine

/// The options that choose a cell together: its kind, and the variants of the kind.
package struct CellOptions: Equatable, Sendable {
  package var name = RecurrentCell.Kind.lstm
  package var gruReset: RecurrentCell.ResetPosition?
  package var forgetGate: RecurrentCell.ForgetGate?
  package var hasPeepholes = false
  package var activation: RecurrentCell.Activation?

  package init() {}

  /// The options of a cell, its defaults included.
  package init(_ cell: RecurrentCell) {
    name = cell.kind
    if case .lstm(let forgetGate, let peepholes) = cell { (self.forgetGate, hasPeepholes) = (forgetGate, peepholes) }
    if case .gru(let reset) = cell { gruReset = reset }
    if case .rnn(let activation) = cell { self.activation = activation }
  }

  /// Returns the cell of these options.
  ///
  /// - Throws: `UsageError.conflict` if a variant is given for a cell that does not have it.
  package func kind() throws(UsageError) -> RecurrentCell {
    for (option, owner) in variants where name != owner {
      throw .conflict("\(option) is for --cell \(owner.rawValue), not for --cell \(name.rawValue)")
    }
    guard let cell = name.variants.first(where: names) else {
      throw .conflict("there is no --cell \(name.rawValue) with these variants together; leave one out")
    }
    return cell
  }

  /// Whether the cell has all variants that are given.
  private func names(_ cell: RecurrentCell) -> Bool {
    let usual = CellOptions(cell)
    var complete = self
    complete.gruReset = gruReset ?? usual.gruReset
    complete.forgetGate = forgetGate ?? usual.forgetGate
    complete.activation = activation ?? usual.activation
    return complete == usual
  }

  /// The variant options that are given, each with the kind that has it.
  package var variants: [(option: String, owner: RecurrentCell.Kind)] {
    let all = [
      ("--gru-reset", RecurrentCell.Kind.gru, gruReset != nil), ("--forget-gate", .lstm, forgetGate != nil),
      ("--peepholes", .lstm, hasPeepholes), ("--activation", .rnn, activation != nil),
    ]
    return all.compactMap { option, owner, isGiven in isGiven ? (option, owner) : nil }
  }

  /// Returns the options of another kind, with the variants of it that are given here.
  package func variant(of name: RecurrentCell.Kind) -> CellOptions {
    var own = CellOptions()
    own.name = name
    if name == .lstm { (own.forgetGate, own.hasPeepholes) = (forgetGate, hasPeepholes) }
    if name == .gru { own.gruReset = gruReset }
    if name == .rnn { own.activation = activation }
    return own
  }

  /// The options with a value, as they are typed.
  var arguments: [(String, String)] {
    let variants = [
      ("--gru-reset", gruReset?.rawValue), ("--forget-gate", forgetGate?.rawValue),
      ("--activation", activation?.rawValue),
    ]
    return [("--cell", name.rawValue)] + variants.compactMap { option, value in value.map { (option, $0) } }
  }

  /// The options without a value.
  var flags: [String] { hasPeepholes ? ["--peepholes"] : [] }
}
