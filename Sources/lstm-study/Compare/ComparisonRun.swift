/// A run of a comparison, with its losses.
struct ComparisonRun {
  /// Index of the cell among the compared cells.
  let contender: Int
  let seed: UInt64
  /// Share of the training set, above 0 and up to 1.
  let dataShare: Double
  /// Number of characters in that share.
  let trainingCharacters: Int
  var rows: [StudyRun.Row] = []
  /// Whether the run was neither stopped nor diverged.
  var isFinished = false

  var validatedRows: [StudyRun.Row] { rows.filter { $0.validationLoss?.isFinite == true } }

  /// Lowest validation loss, in nats per character; nil if there was no validation.
  var bestLoss: Double? { validatedRows.compactMap(\.validationLoss).min() }

  /// Throughput of training, without validation; nil before the first row.
  var charactersPerSecond: Double? {
    guard let last = rows.last, last.seconds > 0 else { return nil }
    return Double(last.characters) / last.seconds
  }
}
