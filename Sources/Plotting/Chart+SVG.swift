internal import CommandLineSupport

extension Chart {
  /// The chart as a self-contained SVG file, which needs no font and only an SVG viewer.
  ///
  /// - Returns: Nil if the axes show no point.
  package var svg: String? {
    guard let layout = ChartLayout(self) else { return nil }
    var page = SVGPage(width: layout.width, height: layout.height, title: title)
    drawAxes(on: &page, layout)
    drawLegend(on: &page, layout)
    for (index, group) in groups.enumerated() {
      guard let band = group.band else { continue }
      page.polygon(outline(of: band).map(layout.place), "band fill\(index % ChartStyle.colorCount)")
    }
    for weight in [Line.Weight.fine, .strong] {
      for (index, group) in groups.enumerated() {
        for line in group.lines where line.weight == weight { draw(line, group: index, on: &page, layout) }
      }
    }
    drawMarks(on: &page, layout)
    for label in layout.endLabels {
      page.text(label.text, x: label.place.x + 9, y: label.place.y + 4, "label fill\(label.color)")
    }
    return page.text
  }

  private func drawAxes(on page: inout SVGPage, _ layout: ChartLayout) {
    let yTicks = Ticks(in: layout.yRange, scale: y.scale, count: ChartLayout.tickCount)
    for (value, label) in zip(yTicks.values, yTicks.labels) {
      let y = layout.vertical(value)
      page.line(from: Point(x: layout.left, y: y), to: Point(x: layout.right, y: y), "grid")
      page.text(label, x: layout.left - 9, y: y + 4, "tick muted end")
    }
    if let secondUnit {
      let range = layout.yRange.lowerBound * secondUnit.factor...layout.yRange.upperBound * secondUnit.factor
      let ticks = Ticks(in: range, scale: y.scale, count: ChartLayout.tickCount)
      for (value, label) in zip(ticks.values, ticks.labels) {
        let y = layout.vertical(value / secondUnit.factor)
        page.line(from: Point(x: layout.right, y: y), to: Point(x: layout.right + 4, y: y), "axis")
        page.text(label, x: layout.right + 9, y: y + 4, "tick muted")
      }
      page.text(secondUnit.title, x: layout.width - 24, y: layout.top - 19, "muted end")
    }
    let xTicks = Ticks(in: layout.xRange, scale: x.scale, count: 9)
    for (value, label) in zip(xTicks.values, xTicks.labels) {
      let x = layout.horizontal(value)
      page.line(from: Point(x: x, y: layout.bottom), to: Point(x: x, y: layout.bottom + 5), "axis")
      page.text(label, x: x, y: layout.bottom + 21, "tick muted middle")
    }
    page.line(
      from: Point(x: layout.left, y: layout.bottom), to: Point(x: layout.right, y: layout.bottom), "axis")
    page.text(y.title, x: 24, y: layout.top - 19, "muted")
    page.text(x.title, x: (layout.left + layout.curveEnd) / 2, y: layout.bottom + 44, "muted middle")
  }

  private func drawLegend(on page: inout SVGPage, _ layout: ChartLayout) {
    let columnWidth = (layout.width - 48) / Double(layout.legendColumns)
    for (index, group) in groups.enumerated() {
      let (line, column) = index.quotientAndRemainder(dividingBy: layout.legendColumns)
      let x = 24 + Double(column) * columnWidth
      let y = layout.legendTop + Double(line) * layout.legendLine
      page.line(from: Point(x: x, y: y - 4), to: Point(x: x + 22, y: y - 4), Self.classes(.strong, group: index))
      page.text(group.legendName, note: group.note, x: x + layout.legendIndent, y: y, "name")
    }
    drawKey(on: &page, layout)
  }

  /// Draws the legend of line weights, between the titles of the vertical axes.
  private func drawKey(on page: inout SVGPage, _ layout: ChartLayout) {
    let names = groups.flatMap(\.lines).reduce(into: [Line.Weight: String]()) { $0[$1.weight] = $1.name }
    guard names.count > 1 else { return }
    let y = layout.top - 19
    var x = layout.width / 2 - 110
    for weight in [Line.Weight.strong, .fine] {
      page.line(from: Point(x: x, y: y - 4), to: Point(x: x + 22, y: y - 4), "line key \(weight)")
      page.text(names[weight] ?? "", x: x + 29, y: y, "muted")
      x += 118
    }
  }

  private func draw(_ line: Line, group: Int, on page: inout SVGPage, _ layout: ChartLayout) {
    let places = shownPoints(of: line).map(layout.place)
    // Points half a pixel apart are indistinguishable even on a high-resolution screen.
    page.polyline(places.thinned(columnWidth: 0.5), Self.classes(line.weight, group: group))
    let fewEnough = places.count == 1 || (line.weight == .strong && places.count <= 40)
    if fewEnough {
      for place in places { page.circle(at: place, radius: 2.6, "fill\(group % ChartStyle.colorCount)") }
    }
  }

  /// Draws the marks on top of all lines.
  private func drawMarks(on page: inout SVGPage, _ layout: ChartLayout) {
    for (index, group) in groups.enumerated() {
      for marked in group.lines.compactMap(\.marked) where x.scale.shows(marked.x) && y.scale.shows(marked.y) {
        page.circle(
          at: layout.place(of: marked), radius: 4.6, "ring color\(index % ChartStyle.colorCount)")
      }
    }
  }

  /// Returns the CSS classes of a line. Groups beyond the palette repeat its colours with dashes.
  private static func classes(_ weight: Line.Weight, group: Int) -> String {
    "line \(weight) color\(group % ChartStyle.colorCount)" + (group >= ChartStyle.colorCount ? " dashed" : "")
  }
}
