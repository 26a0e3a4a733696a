internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// What cells that are compared have in equal measure.
enum ComparisonMeasure: String, CaseIterable, Sendable {
  /// Parameters and updates.
  case parameters
  /// Units and updates.
  case hidden
  /// Parameters and seconds.
  case time
}

extension TrainOptions {
  /// - Throws: `UsageError.conflict` if what is to be compared contradicts itself.
  func checkComparison() throws(UsageError) {
    if let twice = comparedCells.first(where: { cell in comparedCells.count { $0 == cell } > 1 }) {
      throw .conflict("--compare names \(twice.rawValue) twice; give each cell once")
    }
    if let (option, owner) = cell.variants.first(where: { !comparedCells.contains($0.owner) }) {
      throw .conflict("\(option) is for --cell \(owner.rawValue), which --compare does not name; leave it out")
    }
    if comparison == .time {
      guard maximumSeconds != nil else {
        throw .conflict("--compare-by time gives every run as long; say how long by --max-time")
      }
      if steps != nil || epochs != nil {
        throw .conflict(
          "--compare-by time gives every run as long, however many updates it makes; leave out "
            + (steps != nil ? "--steps" : "--epochs"))
      }
    } else if maximumSeconds != nil {
      throw .conflict("--max-time is not the same number of updates for all; give --compare-by time, or --steps")
    }
  }

  /// The options of a run, or of the first of several that are compared.
  var ofFirstCell: TrainOptions { comparedCells.first.map(ofCell) ?? self }

  /// The options of one of the cells that are compared, without those that are for others.
  func ofCell(_ cell: RecurrentCell.Kind) -> TrainOptions {
    var options = self
    options.cell = self.cell.variant(of: cell)
    if !cell.hasForgetGate { options.forgetBias = nil }
    return options
  }
}
