internal import RecurrentEngine

/// Units of a text that wait for their losses.
struct UnitQueue {
  /// The predictions of the units that are scored.
  private(set) var predictions = Predictions()
  /// The number of units, and of their predictions, up to the end of the last record, or all of a text without records.
  private(set) var complete = (units: 0, predictions: 0)
  /// Whether any unit was ever scored.
  private(set) var hasScored = false

  /// The token ID of the end of a record; nil if the text is one sequence.
  private let endMark: Int32?
  private let endBytes: [UInt8]
  private let natsOfUnknown: Double?
  private var units = ArrivedUnits()
  private var isScored: [Bool] = []
  /// The character before the next one; nil at the start of a text or record.
  private var last: Int32?
  private var endOffset = 0

  /// - Parameter natsOfUnknown: The loss of a unit outside the vocabulary; nil if such units are not scored.
  init(_ vocabulary: Vocabulary, natsOfUnknown: Double?) {
    endMark = vocabulary.endMark
    endBytes = vocabulary.endMark.map(vocabulary.bytes(of:)) ?? []
    self.natsOfUnknown = natsOfUnknown
  }

  var count: Int { units.count }

  mutating func append(_ arrived: ArrivedUnits) {
    for index in 0..<arrived.count { append(index, of: arrived) }
  }

  private mutating func append(_ index: Int, of arrived: ArrivedUnits) {
    units.append(index, of: arrived)
    endOffset = arrived.offsets[index] + arrived.byteCount(ofUnit: index)
    let id = arrived.ids[index]
    guard id != ArrivedUnits.unknownID else {
      isScored.append(false)
      if endMark == nil { complete.units = units.count }
      return
    }
    predict(id)
  }

  /// Ends the text. The end of its last record is scored, even if it has no end mark.
  mutating func endText() {
    if let endMark, last != nil {
      units.append(id: endMark, offset: endOffset, bytes: endBytes)
      predict(endMark)
    }
    complete = (units.count, predictions.count)
  }

  /// Adds the prediction of the last unit, which is known, unless it is the first of a text or ends an empty record.
  private mutating func predict(_ id: Int32) {
    let isEnd = id == endMark
    let input = last ?? (isEnd ? nil : endMark)
    if let input { predictions.append(id, after: input, isStart: endMark != nil && last == nil) }
    isScored.append(input != nil)
    hasScored = hasScored || input != nil
    last = isEnd ? nil : id
    if endMark == nil || isEnd { complete = (units.count, predictions.count) }
  }

  /// Passes the first units with their losses to a receiver, and removes them.
  ///
  /// - Parameter losses: The losses of the first predictions, which are those of `unitCount` units.
  mutating func deliver(
    _ unitCount: Int, losses: [Float], to receiver: inout some ScoredUnitReceiver
  ) throws {
    var next = 0
    for index in 0..<unitCount {
      let isKnown = units.ids[index] != ArrivedUnits.unknownID
      var nats = isKnown ? nil : natsOfUnknown
      if isScored[index] {
        nats = Double(losses[next])
        next += 1
      }
      try receiver.add(
        ScoredUnit(
          bytes: units.bytes(ofUnit: index), byteOffset: units.offsets[index], isKnown: isKnown,
          endsRecord: units.ids[index] == endMark, nats: nats))
    }
    units.removeFirst(unitCount)
    isScored.removeFirst(unitCount)
    predictions.removeFirst(losses.count)
    complete = (max(0, complete.units - unitCount), max(0, complete.predictions - losses.count))
  }
}
