internal import CommandLineSupport

/// The layout of a chart on the page, in pixels.
struct ChartLayout {
  /// The text at the end of a line.
  struct EndLabel {
    var text: String
    var color: Int
    var place: Point
  }

  let width = 960.0
  let height: Double
  /// The part of the page between the axes.
  let left = 64.0
  let right = 896.0
  let top: Double
  let bottom: Double

  let xRange: ClosedRange<Double>
  let yRange: ClosedRange<Double>
  let legendColumns: Int
  let legendTop = 30.0
  let legendLine = 22.0
  /// Distance from the start of a legend entry to its name.
  let legendIndent = 31.0
  private(set) var endLabels: [EndLabel] = []
  /// The x coordinate at which the curves end; labels are placed between it and `right`.
  private(set) var curveEnd: Double

  /// Approximate number of ticks on the vertical axis.
  static let tickCount = 7

  private let xScale: Scale
  private let yScale: Scale

  /// Returns nil if the chart has no point that its axes show.
  init?(_ chart: Chart) {
    xScale = chart.x.scale
    yScale = chart.y.scale
    let points = chart.groups.flatMap { group in
      group.lines.flatMap { chart.shownPoints(of: $0) } + (group.band.map { chart.outline(of: $0) } ?? [])
    }
    guard let x = points.range(of: \.x, chart.x.scale), let y = points.range(of: \.y, chart.y.scale) else { return nil }
    // A curve that begins near zero gets an axis that begins at zero.
    let startsNearZero = chart.x.scale == .linear && x.lowerBound > 0 && x.lowerBound < x.upperBound / 5
    xRange = startsNearZero ? 0...x.upperBound : x
    yRange = Self.range(around: y, chart.y.scale)

    let longest = chart.groups.map { Self.textWidth($0.legendName) + Self.textWidth($0.note) }.max() ?? 0
    legendColumns = max(1, min(chart.groups.count, Int((width - 48) / (longest + legendIndent + 9))))
    let legendLines = (chart.groups.count + legendColumns - 1) / legendColumns
    top = legendTop + Double(legendLines) * legendLine + 30
    bottom = top + 400
    height = bottom + 56
    curveEnd = right

    let labels = Self.endLabelTexts(of: chart)
    curveEnd -= labels.map { Self.textWidth($0.text) + 14 }.max() ?? 0
    guard let placed = spread(labels.map { EndLabel(text: $0.text, color: $0.color, place: place(of: $0.point)) })
    else {
      curveEnd = right
      return
    }
    endLabels = placed
  }

  /// Returns the range with a margin above and below; if a tick lies in the lower margin, the range begins there.
  private static func range(around values: ClosedRange<Double>, _ scale: Scale) -> ClosedRange<Double> {
    let padded = scale.padding(values, by: 0.04)
    guard let first = Ticks(in: padded, scale: scale, count: tickCount).values.first, first <= values.lowerBound
    else { return padded }
    return first...padded.upperBound
  }

  func place(of point: Point) -> Point { Point(x: horizontal(point.x), y: vertical(point.y)) }

  func horizontal(_ x: Double) -> Double { left + xScale.fraction(of: x, in: xRange) * (curveEnd - left) }

  func vertical(_ y: Double) -> Double { bottom - yScale.fraction(of: y, in: yRange) * (bottom - top) }

  // MARK: Labels at the ends of lines

  private static let labelHeight = 16.0
  private static let farthestShift = 26.0
  private static let longestLabel = 22

  /// Returns the labels at the ends of lines: one per line if there is one group, otherwise one per group.
  private static func endLabelTexts(of chart: Chart) -> [(text: String, color: Int, point: Point)] {
    let single = chart.groups.count == 1
    return chart.groups.enumerated().flatMap { index, group in
      let lines = single ? group.lines : Array(group.lines.filter { !chart.shownPoints(of: $0).isEmpty }.suffix(1))
      return lines.compactMap { line in
        chart.shownPoints(of: line).last.map {
          (shortened(single ? line.name : group.name, columns: longestLabel), index % ChartStyle.colorCount, $0)
        }
      }
    }
  }

  /// Moves overlapping labels apart; returns nil if a label would end up too far from its line.
  private func spread(_ labels: [EndLabel]) -> [EndLabel]? {
    var labels = labels.sorted { $0.place.y < $1.place.y }
    let wanted = labels.map(\.place.y)
    // A run of touching labels is centred on the desired positions of its members.
    var runs: [Range<Int>] = []
    for index in labels.indices {
      runs.append(index..<index + 1)
      while runs.count > 1, overlap(runs[runs.count - 2], runs[runs.count - 1], wanted) {
        let last = runs.removeLast()
        runs.append(runs.removeLast().lowerBound..<last.upperBound)
      }
    }
    for run in runs {
      for index in run {
        labels[index].place.y = start(of: run, wanted) + Double(index - run.lowerBound) * Self.labelHeight
        if abs(labels[index].place.y - wanted[index]) > Self.farthestShift { return nil }
      }
    }
    return labels
  }

  private func start(of run: Range<Int>, _ wanted: [Double]) -> Double {
    let length = Double(run.count - 1) * Self.labelHeight
    let center = wanted[run].reduce(0, +) / Double(run.count)
    return min(max(center - length / 2, top), bottom - length)
  }

  private func overlap(_ upper: Range<Int>, _ lower: Range<Int>, _ wanted: [Double]) -> Bool {
    start(of: upper, wanted) + Double(upper.count) * Self.labelHeight > start(of: lower, wanted)
  }

  /// Returns the approximate width of a text: the page does not know the viewer's font.
  private static func textWidth(_ text: String) -> Double { Double(TerminalText.columnCount(text)) * 7.3 }
}

extension Chart.Group {
  var legendName: String { shortened(name, columns: 30) }
}

extension Chart {
  /// Returns the points of a line that the axes can show.
  func shownPoints(of line: Line) -> [Point] { line.points.filter(shows) }

  /// Returns the outline of a band: the lower edge, then the upper one backwards.
  func outline(of band: Band) -> [Point] { band.lower.filter(shows) + band.upper.filter(shows).reversed() }

  private func shows(_ point: Point) -> Bool { x.scale.shows(point.x) && y.scale.shows(point.y) }
}

extension [Point] {
  /// Returns the range from minimum to maximum, which never has zero length.
  fileprivate func range(of coordinate: KeyPath<Point, Double>, _ scale: Scale) -> ClosedRange<Double>? {
    guard let least = map({ $0[keyPath: coordinate] }).min(), let greatest = map({ $0[keyPath: coordinate] }).max()
    else { return nil }
    let shortest = Swift.max(greatest.magnitude * 1e-6, scale == .linear ? 1e-6 : 0)
    guard greatest - least < shortest else { return least...greatest }
    return scale == .logarithmic || least > 0 ? least / 1.05...greatest * 1.05 : least - 1...greatest + 1
  }
}

/// Returns the text, or its beginning with an ellipsis if it is too wide.
func shortened(_ text: String, columns: Int) -> String {
  TerminalText.columnCount(text) <= columns ? text : TerminalText.prefix(text, columns: columns - 1) + "…"
}
