/// The sum of the losses of all units of a text.
struct ScoreTotal: ScoredUnitReceiver {
  var score = Score()

  mutating func add(_ unit: ScoredUnit) {
    guard let nats = unit.nats else { return }
    score.nats += nats
    score.characters += 1
    score.bytes += unit.bytes.count
  }

  /// - Parameter nats: The penalty for the unit; nil if it is not scored.
  mutating func addUnknown(nats: Double?, byteCount: Int) {
    add(ScoredUnit(bytes: [], byteOffset: 0, isKnown: false, endsRecord: false, nats: nats))
    score.bytes += nats == nil ? 0 : byteCount
  }

  func pause() {}
}
