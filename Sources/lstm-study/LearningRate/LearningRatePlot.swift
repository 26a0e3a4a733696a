internal import CommandLineSupport
internal import SystemCalls

/// A text plot of the losses of a search over the learning rate.
struct LearningRatePlot {
  private struct Marks {
    var point: Character
    var side: Character
    var corner: Character
    var base: Character
    var tick: Character
    var recommendation: Character

    static let unicode = Marks(point: "•", side: "│", corner: "└", base: "─", tick: "┴", recommendation: "┊")
    static let ascii = Marks(point: "*", side: "|", corner: "+", base: "-", tick: "+", recommendation: ":")
  }

  private static let rowCount = 12

  let search: LearningRateSearch
  let recommendation: Double

  /// Returns the plot with its heading, in lines of at most `columns` columns.
  func lines(columns: Int, showsUnicode: Bool) -> [String] {
    let marks = showsUnicode ? Marks.unicode : .ascii
    let losses = search.smoothedLosses
    // Losses after divergence would flatten the rest of the plot.
    let (low, high) = (losses.min() ?? 0, (losses.first ?? 0) * 1.1)
    let labels = [high, (low + high) / 2, low].map { NumberText.fixed($0, decimals: 2) }
    let labelWidth = labels.map(\.count).max() ?? 0
    let width = max(columns - labelWidth - 2, 2 * LearningRateSearch.decades)

    var rows = [[Character]](repeating: Array(repeating: " ", count: width), count: Self.rowCount)
    let marked = column(ofStep: search.step(of: recommendation), width)
    for row in rows.indices { rows[row][marked] = marks.recommendation }
    for (step, loss) in losses.enumerated() {
      let height = high > low ? min(max((loss - low) / (high - low), 0), 1) : 0
      let row = Int(((1 - height) * Double(Self.rowCount - 1)).rounded())
      rows[row][column(ofStep: Double(step), width)] = marks.point
    }
    let margins = [0: labels[0], (Self.rowCount - 1) / 2: labels[1], Self.rowCount - 1: labels[2]]
    let plot = rows.enumerated().map { index, row in
      let label = margins[index] ?? ""
      return String(repeating: " ", count: labelWidth - label.count) + label + " " + String(marks.side) + String(row)
    }
    let indent = String(repeating: " ", count: labelWidth + 1)
    let heading = "smoothed loss in nats, over the learning rate; \(marks.recommendation) is the recommended one"
    return TerminalText.wrapped(heading, width: columns) + plot + axis(width, marks).map { indent + $0 }
  }

  /// Returns the axis below the plot, and its labels with the learning rate at each decade.
  private func axis(_ width: Int, _ marks: Marks) -> [String] {
    var line = [Character](repeating: marks.base, count: width)
    var labels = [Character](repeating: " ", count: width + 1)
    for decade in 0...LearningRateSearch.decades {
      let column = column(ofStep: Double(decade * LearningRateSearch.stepsPerDecade), width)
      line[column] = marks.tick
      let label = rateText(search.first * Mathematics.power(10, Double(decade)))
      // Labels are one column further to the right, because the axis starts with a corner.
      let start = min(max(0, column + 1 - label.count / 2), labels.count - label.count)
      guard start >= 0, labels[max(0, start - 1)..<start + label.count].allSatisfy({ $0 == " " }) else { continue }
      labels.replaceSubrange(start..<start + label.count, with: label)
    }
    return [String(marks.corner) + String(line), String(labels)]
  }

  private func column(ofStep step: Double, _ width: Int) -> Int {
    let last = Double(LearningRateSearch.decades * LearningRateSearch.stepsPerDecade)
    return Int((min(max(step / last, 0), 1) * Double(width - 1)).rounded())
  }
}

/// Returns a number with two significant digits, in a form that options accept.
func rateText(_ rate: Double) -> String {
  let decimals = 1 - Int(Mathematics.decimalLogarithm(rate).rounded(.down))
  // With more decimals, the shortest exact form is used instead.
  guard decimals <= 17 else { return NumberText.shortest(rate) }
  return NumberText.shortest(Double(NumberText.fixed(rate, decimals: decimals)) ?? rate)
}
