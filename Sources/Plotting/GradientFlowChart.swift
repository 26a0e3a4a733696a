internal import CommandLineSupport

/// The gradient flow of one layer, as a chart shows it.
package struct GradientFlowCurves: Sendable {
  package var name: String
  /// Norms of the gradients of h by lag, from 0 on.
  package var hidden: [Double]
  /// Of c; empty in cells without one.
  package var cell: [Double]

  package init(name: String, hidden: [Double], cell: [Double]) {
    self.name = name
    self.hidden = hidden
    self.cell = cell
  }
}

extension Chart {
  /// How the gradient of one prediction's loss grows or vanishes with the steps that it goes back.
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
  /// How much of the gradient at lag 1 is left at the last.
  fileprivate var noteOfChange: String {
    guard count > 2, let last, self[1] > 0, last.isFinite else { return "" }
    return "× \(NumberText.significant(last / self[1], digits: 2)) from lag 1 to \(count - 1)"
  }
}
