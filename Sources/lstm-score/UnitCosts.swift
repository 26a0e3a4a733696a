internal import RecurrentEngine

/// The units of a text, paired with their losses.
struct UnitCosts {
  typealias Visit = (_ unit: UnitCursor.Unit, _ nats: Double?) throws -> Void

  private var cursor: UnitCursor
  private let separator: RecordSeparator?
  private let natsOfUnknown: Double?
  /// Whether the next unit is the first of its text or record.
  private var isAtStart = true
  private var end = 0

  /// - Parameter natsOfUnknown: The loss of a unit outside the vocabulary, in nats; nil if such units are not scored.
  init(_ corpus: Corpus, _ separator: RecordSeparator?, natsOfUnknown: Double?) {
    cursor = UnitCursor(corpus)
    self.separator = separator
    self.natsOfUnknown = natsOfUnknown
  }

  /// Passes the units up to the next one that the model has scored to `body`. Unscored units have no loss.
  ///
  /// - Throws: `CorpusError`, and the errors of `body`.
  mutating func advance(nats: Double, _ body: Visit) throws {
    while let unit = try cursor.next() {
      end = unit.byteOffset + unit.bytes.count
      guard unit.isKnown else {
        try body(unit, natsOfUnknown)
        continue
      }
      // Neither the first character of a text is scored nor an empty record.
      let isScored = !isAtStart || (separator != nil && !unit.isSeparator)
      isAtStart = unit.isSeparator
      try body(unit, isScored ? nats : nil)
      if isScored { return }
    }
    // The end of the last record is scored, even if the file has no separator there.
    try body(
      UnitCursor.Unit(bytes: separator?.entry ?? [], byteOffset: end, isKnown: true, isSeparator: true), nats)
  }

  /// Passes the units after the last scored one to `body`. Known units have no loss.
  mutating func finish(_ body: Visit) throws {
    while let unit = try cursor.next() { try body(unit, unit.isKnown ? nil : natsOfUnknown) }
  }
}
