internal import CommandLineSupport

/// The horizontal axis of a loss chart.
package enum LossChartX: String, CaseIterable, Sendable {
  case step, epoch, seconds, characters
}

extension Chart {
  /// Creates a chart of the training and validation losses of some runs, in nats on the left and bits on the right.
  package init(_ runs: [LossRun], over x: LossChartX = .step, xScale: Scale = .linear, yScale: Scale = .linear) {
    let seconds = runs.flatMap(\.rows).map(\.seconds).max() ?? 0
    let time = TimeUnit(forSeconds: seconds)
    self.init(
      title: "Loss of " + runs.map(\.name).joined(separator: ", "),
      x: Axis(title: x == .seconds ? "\(time.name) of training" : x.rawValue, scale: xScale),
      y: Axis(title: "nats per character", scale: yScale),
      secondUnit: SecondUnit(title: "bits per character", factor: bitsPerNat),
      groups: runs.map { Group($0, over: x, time) })
  }
}

extension Chart.Group {
  fileprivate init(_ run: LossRun, over x: LossChartX, _ time: TimeUnit) {
    func points(_ loss: KeyPath<LossRun.Row, Double?>) -> [Point] {
      run.rows.compactMap { row in
        row[keyPath: loss].map { Point(x: row.value(of: x, time), y: $0) }
      }
    }
    let best = run.best
    let validation = Chart.Line(
      name: "validation", weight: .strong, points: points(\.validationLoss),
      marked: best.flatMap { row in row.validationLoss.map { Point(x: row.value(of: x, time), y: $0) } })
    self.init(
      name: run.name,
      note: best.map { row in
        "best \(NumberText.fixed(row.validationLoss ?? 0, decimals: 4)) at step \(row.step)"
      } ?? "no validation",
      lines: [Chart.Line(name: "training", weight: .fine, points: points(\.trainingLoss)), validation])
  }
}

extension LossRun.Row {
  fileprivate func value(of x: LossChartX, _ time: TimeUnit) -> Double {
    switch x {
    case .step: Double(step)
    case .epoch: epoch
    case .seconds: seconds / time.seconds
    case .characters: Double(characters)
    }
  }
}

/// A unit of time in which the values have few digits.
private struct TimeUnit {
  var name: String
  var seconds: Double

  init(forSeconds seconds: Double) {
    (name, self.seconds) = seconds > 7200 ? ("hours", 3600) : seconds > 300 ? ("minutes", 60) : ("seconds", 1)
  }
}
