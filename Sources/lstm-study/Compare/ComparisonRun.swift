/// A run of a comparison, with its losses.
struct ComparisonRun {
  /// The index of the cell among those that are compared.
  let contender: Int
  let seed: UInt64
  /// Share of the training set, above 0 and up to 1.
  let dataShare: Double
  /// Characters of that share.
  let trainingCharacters: Int
  var rows: [StudyRun.Row] = []
  /// Whether the run was neither stopped nor diverged.
  var isFinished = false

  var validatedRows: [StudyRun.Row] { rows.filter { $0.validationLoss?.isFinite == true } }

  /// The lowest validation loss; nil if there was no validation.
  var bestLoss: Double? { validatedRows.compactMap(\.validationLoss).min() }

  /// Throughput of training, without validation.
  var charactersPerSecond: Double? {
    guard let last = rows.last, last.seconds > 0 else { return nil }
    return Double(last.characters) / last.seconds
  }
}
