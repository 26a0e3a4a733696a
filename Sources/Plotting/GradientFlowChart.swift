internal import CommandLineSupport

/// The gradient flow of one layer, as curves of a chart.
package struct GradientFlowCurves: Sendable {
  package var name: String
  /// Norms of ∂L/∂h by lag, from 0 on.
  package var hidden: [Double]
  /// Norms of ∂L/∂c by lag; empty in cells without c.
  package var cell: [Double]

  package init(name: String, hidden: [Double], cell: [Double]) {
    self.name = name
    self.hidden = hidden
    self.cell = cell
  }
}

extension Chart {
  /// Creates a chart of the gradient of one prediction's loss over the number of steps that it flows back.
  package init(gradientFlow layers: [GradientFlowCurves]) {
    self.init(
      title: "Gradient flow of " + layers.map(\.name).joined(separator: ", "),
      x: Axis(title: "lag: steps back from the loss"),
      y: Axis(title: "norm of the gradient of the loss", scale: .logarithmic), groups: layers.map(Group.init))
  }
}

extension Chart.Group {
  fileprivate init(_ layer: GradientFlowCurves) {
    func line(_ name: String, _ weight: Chart.Line.Weight, _ norms: [Double]) -> Chart.Line {
      Chart.Line(
        name: name, weight: weight, points: norms.enumerated().map { Point(x: Double($0), y: $1) })
    }
    let cell = layer.cell.isEmpty ? [] : [line("∂loss/∂c", .fine, layer.cell)]
    self.init(
      name: layer.name, note: layer.hidden.noteOfChange, lines: cell + [line("∂loss/∂h", .strong, layer.hidden)])
  }
}

extension [Double] {
  /// The ratio of the gradient at the last lag to that at lag 1, as a note in the legend.
  fileprivate var noteOfChange: String {
    guard count > 2, let last, self[1] > 0, last.isFinite else { return "" }
    return "× \(NumberText.significant(last / self[1], digits: 2)) from lag 1 to \(count - 1)"
  }
}
