extension Chart.Group {
  /// Creates a group of values measured several times: a line through the medians, in a band from minimum to maximum.
  ///
  /// - Parameters:
  ///   - line: The name of the line.
  ///   - clusters: The points that belong together, in the order of the line.
  package init(name: String, note: String = "", line: String, clusters: [[Point]]) {
    let clusters = clusters.filter { !$0.isEmpty }
    let places = clusters.map { $0.map(\.x).median }
    let values = clusters.map { $0.map(\.y) }
    func points(_ value: ([Double]) -> Double) -> [Point] {
      zip(places, values).map { Point(x: $0, y: value($1)) }
    }
    let isSpread = values.contains { $0.count > 1 }
    self.init(
      name: name, note: note, lines: [Chart.Line(name: line, weight: .strong, points: points(\.median))],
      band: isSpread
        ? Chart.Band(lower: points { $0.min() ?? .nan }, upper: points { $0.max() ?? .nan }) : nil)
  }
}

extension [Double] {
  /// The median, or NaN if there are no elements.
  fileprivate var median: Double {
    guard !isEmpty else { return .nan }
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
