/// A piece of a line that is cut because it is too long. It starts from a zero state.
struct LinePiece {
  /// Whether it is the first of its line. Otherwise its first character is an input without being predicted.
  var isStart: Bool
  /// The number of predictions at its start that do not count, because they belong to the piece before it.
  var ignoredCount: Int
  /// The number of predictions that count.
  var countedCount: Int

  var predictionCount: Int { ignoredCount + countedCount }
}

/// The rule by which lines are cut into pieces.
struct LineCut {
  /// The minimum number of predictions in a piece.
  var minimumLength: Int
  /// The number of characters that are read again before each piece but the first, without being counted.
  var warmUpLength: Int
}

/// The lines that were cut into pieces, each far longer than most.
public struct CutLines: Equatable, Sendable {
  /// The number of lines.
  public let count: Int
  /// The number of their pieces.
  public let pieceCount: Int
  /// The median length of all lines in characters.
  public let medianLength: Int
}
