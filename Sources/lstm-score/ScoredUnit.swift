/// A unit of a text and its loss.
struct ScoredUnit {
  var bytes: ArraySlice<UInt8>
  var byteOffset: Int
  /// Whether the unit is in the vocabulary.
  var isKnown: Bool
  /// Whether the unit ends a record of a model of records.
  var endsRecord: Bool
  /// The loss; nil if the unit is not scored.
  var nats: Double?
}

/// A receiver of the units of a text in order.
protocol ScoredUnitReceiver {
  /// - Throws: `OutputError`
  mutating func add(_ unit: ScoredUnit) throws

  /// Writes what is complete, before the text pauses.
  ///
  /// - Throws: `OutputError`
  mutating func pause() throws
}
