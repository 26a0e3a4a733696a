internal import CommandLineSupport
internal import RecurrentEngine

/// One run of a comparison, and its losses until now.
final class ComparisonRun {
  /// The index of the cell among those that are compared.
  let contender: Int
  let seed: UInt64
  /// Of the training part, from above 0 to 1.
  let dataShare: Double
  /// Characters of the training part that it learns from.
  let trainingCharacters: Int
  private(set) var rows: [LossCurve.Row] = []
  /// Whether it has come to its end; not if it was stopped, or its loss was no number any more.
  var isFinished = false

  init(contender: Int, seed: UInt64, dataShare: Double, trainingCharacters: Int) {
    self.contender = contender
    self.seed = seed
    self.dataShare = dataShare
    self.trainingCharacters = trainingCharacters
  }

  func append(_ row: LossCurve.Row) { rows.append(row) }

  var validatedRows: [LossCurve.Row] { rows.filter { $0.validationLoss?.isFinite == true } }

  /// The least loss in validation; nil before the first one.
  var bestLoss: Double? { validatedRows.compactMap(\.validationLoss).min() }

  /// Of training, without validation.
  var charactersPerSecond: Double? {
    guard let last = rows.last, last.seconds > 0 else { return nil }
    return Double(last.characters) / last.seconds
  }
}
