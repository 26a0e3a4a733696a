internal import RecurrentEngine

/// Brings the units of a text together with what they cost.
struct UnitCosts {
  typealias Visit = (_ unit: UnitCursor.Unit, _ nats: Double?) throws -> Void

  private static let lineFeed: [UInt8] = [UInt8(ascii: "\n")]

  private var cursor: UnitCursor
  private let readsLines: Bool
  private let natsOfUnknown: Double?
  /// Whether nothing stands before the next unit in its text or line.
  private var isAtStart = true
  private var end = 0

  /// - Parameters:
  ///   - readsLines: Whether each line is a text of its own.
  ///   - natsOfUnknown: What a unit costs that is not in the vocabulary; nil if it is not scored.
  init(_ corpus: Corpus, readsLines: Bool, natsOfUnknown: Double?) {
    cursor = UnitCursor(corpus)
    self.readsLines = readsLines
    self.natsOfUnknown = natsOfUnknown
  }

  /// Shows the units up to the one that the model has scored next. Those that are not scored have no cost.
  ///
  /// - Throws: `CorpusError`, and what `body` throws.
  mutating func advance(nats: Double, _ body: Visit) throws {
    while let unit = try cursor.next() {
      end = unit.byteOffset + unit.bytes.count
      guard unit.isKnown else {
        try body(unit, natsOfUnknown)
        continue
      }
      let isLineFeed = readsLines && unit.bytes == Self.lineFeed
      // The first character of a text is not scored, nor is a line without any.
      let isScored = !isAtStart || (readsLines && !isLineFeed)
      isAtStart = isLineFeed
      try body(unit, isScored ? nats : nil)
      if isScored { return }
    }
    // A line ends, with a line feed or not.
    try body(UnitCursor.Unit(bytes: Self.lineFeed, byteOffset: end, isKnown: true), nats)
  }

  /// Shows the units after the last that the model has scored: none that it knows.
  mutating func finish(_ body: Visit) throws {
    while let unit = try cursor.next() { try body(unit, unit.isKnown ? nil : natsOfUnknown) }
  }
}
