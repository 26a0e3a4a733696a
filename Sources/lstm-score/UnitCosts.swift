internal import RecurrentEngine

/// Brings the units of a text together with what they cost.
struct UnitCosts {
  typealias Visit = (_ unit: UnitCursor.Unit, _ nats: Double?) throws -> Void

  private var cursor: UnitCursor
  private let natsOfUnknown: Double?
  private var isAtFirst = true

  /// - Parameter natsOfUnknown: What a unit costs that is not in the vocabulary; nil if it is not scored.
  init(_ corpus: Corpus, natsOfUnknown: Double?) {
    cursor = UnitCursor(corpus)
    self.natsOfUnknown = natsOfUnknown
  }

  /// Shows the units up to the one that the model has scored next. Those that are not scored have no cost.
  ///
  /// - Throws: `CorpusError`, and what `body` throws.
  mutating func advance(nats: Double, _ body: Visit) throws {
    while let unit = try cursor.next() {
      if !unit.isKnown {
        try body(unit, natsOfUnknown)
      } else if isAtFirst {
        isAtFirst = false
        try body(unit, nil)
      } else {
        return try body(unit, nats)
      }
    }
  }

  /// Shows the units after the last that the model has scored: none that it knows.
  mutating func finish(_ body: Visit) throws {
    while let unit = try cursor.next() { try body(unit, natsOfUnknown) }
  }
}
