/// A piece of a record that is cut because it is too long. It starts from a zero state.
struct RecordPiece {
  /// Whether it is the first of its record. Otherwise its first character is an input without being predicted.
  var isStart: Bool
  /// The number of predictions at its start that do not count, because they belong to the piece before it.
  var ignoredCount: Int
  /// The number of predictions that count.
  var countedCount: Int

  var predictionCount: Int { ignoredCount + countedCount }
}

/// The rule by which records are cut into pieces.
struct RecordCut {
  /// The minimum number of predictions in a piece.
  var minimumLength: Int
  /// The number of characters that are read again before each piece but the first, without being counted.
  var warmUpLength: Int
}

/// The records that were cut into pieces, each far longer than most.
public struct CutRecords: Equatable, Sendable {
  /// The number of records.
  public let count: Int
  /// The number of their pieces.
  public let pieceCount: Int
  /// The median length of all records in characters.
  public let medianLength: Int
}
