internal import CommandLineSupport
internal import Plotting
internal import RecurrentEngine
internal import ToolSupport

/// Charts of a comparison: medians over the seeds, with bands from minimum to maximum.
struct ComparisonPlot {
  let contenders: [Contender]
  let runs: [ComparisonRun]
  let budget: CompareOptions.Budget

  /// Validation losses of the runs with the largest training set, over optimizer steps or seconds.
  var losses: Chart {
    let share = runs.map(\.dataShare).max()
    return chart(
      over: budget == .time ? "seconds of training" : "optimizer step",
      clusters: { runs in
        let points = runs.map { run in
          run.validatedRows.map { row in
            Point(x: budget == .time ? row.seconds : Double(row.step), y: row.validationLoss ?? .nan)
          }
        }
        // The runs are validated at the same steps, and at about the same seconds.
        return (0..<(points.map(\.count).max() ?? 0)).map { index in
          points.compactMap { $0.indices.contains(index) ? $0[index] : nil }
        }
      }, of: runs.filter { $0.dataShare == share })
  }

  /// Lowest validation losses over the size of the training set.
  var lossesOverData: Chart {
    var chart = chart(
      over: "characters trained on",
      clusters: { runs in
        let points = runs.filter(\.isFinished).compactMap { run in
          run.bestLoss.map { Point(x: Double(run.trainingCharacters), y: $0) }
        }
        return Dictionary(grouping: points, by: \.x).sorted { $0.key < $1.key }.map(\.value)
      }, of: runs)
    chart.x.scale = .logarithmic
    return chart
  }

  private func chart(
    over title: String, clusters: ([ComparisonRun]) -> [[Point]], of runs: [ComparisonRun]
  ) -> Chart {
    let groups = contenders.enumerated().map { index, contender in
      let own = runs.filter { $0.contender == index }
      let best = Sample(own.filter(\.isFinished).compactMap(\.bestLoss))
      return Chart.Group(
        name: "\(contender.name), \(contender.model.layerCount) × \(contender.model.hiddenSize) units",
        note: "\(NumberText.grouped(contender.model.parameterCount)) parameters"
          + (title == "optimizer step" ? best.mean.map { ", best \(lossText($0))" } ?? "" : ""),
        line: "validation", clusters: clusters(own))
    }
    return Chart(
      title: "Validation loss of \(contenders.map(\.name).joined(separator: ", "))", x: Chart.Axis(title: title),
      y: Chart.Axis(title: "nats per character"),
      secondUnit: Chart.SecondUnit(title: "bits per character", factor: bitsPerNat), groups: groups)
  }
}
