import Testing

@testable import Plotting

/// Tests of medians of repeated measurements, and of the bands around them.
struct SpreadTests {
  private static func cluster(_ x: Double, _ values: Double...) -> [Point] { values.map { Point(x: x, y: $0) } }

  @Test func theLineIsTheMedianAndTheBandReachesToTheExtremes() throws {
    let group = Chart.Group(
      name: "a", line: "loss", clusters: [Self.cluster(1, 5, 1, 2), [], Self.cluster(2, 4, 3), Self.cluster(3, 7)])
    #expect(group.lines.map(\.points) == [[Point(x: 1, y: 2), Point(x: 2, y: 3.5), Point(x: 3, y: 7)]])
    let band = try #require(group.band)
    #expect(band.lower.map(\.y) == [1, 3, 7])
    #expect(band.upper.map(\.y) == [5, 4, 7])
    #expect(Chart.Group(name: "a", line: "loss", clusters: [Self.cluster(1, 5), Self.cluster(2, 4)]).band == nil)
  }

  @Test func bandsAreWithinTheAxesAndBehindTheLines() throws {
    let group = Chart.Group(
      name: "a", line: "loss", clusters: [Self.cluster(1, 1, 2, 100), Self.cluster(2, -50, 1, 2)])
    let chart = Chart(title: "t", x: .init(title: "x"), y: .init(title: "y"), groups: [group])
    let layout = try #require(ChartLayout(chart))
    #expect(layout.yRange.contains(100) && layout.yRange.contains(-50))
    let svg = try #require(chart.svg)
    let band = try #require(svg.range(of: "<polygon class=\"band fill0\""))
    let line = try #require(svg.range(of: "<polyline class=\"line strong color0\""))
    #expect(band.lowerBound < line.lowerBound)
    // A logarithmic axis omits values that it cannot show.
    let logarithmic = Chart(
      title: "t", x: .init(title: "x"), y: .init(title: "y", scale: .logarithmic), groups: [group])
    let logarithmicLayout = try #require(ChartLayout(logarithmic))
    #expect(logarithmicLayout.yRange.lowerBound > 0)
  }

  private static let table = """
    cell,step,loss,note
    lstm,2,3,
    gru,1,9,x
    lstm,1,4,
    lstm,1,6,
    lstm,3,,
    gru,2,8,y
    """

  private static func chart(_ text: String, by name: String? = "cell") throws(TableError) -> Chart {
    try Chart(CommaSeparatedTable(Array(text.utf8)), over: "step", of: "loss", by: name)
  }

  @Test func columnsOfATable() throws {
    // The last line has no line feed, so it may be incomplete.
    let chart = try Self.chart(Self.table)
    #expect(chart.groups.map(\.name) == ["lstm", "gru"])
    #expect(chart.groups[0].lines[0].points == [Point(x: 1, y: 5), Point(x: 2, y: 3)])
    #expect(chart.groups[0].band?.upper == [Point(x: 1, y: 6), Point(x: 2, y: 3)])
    #expect(chart.groups[1].lines[0].points == [Point(x: 1, y: 9)])
    #expect(try Self.chart(Self.table + "\n", by: nil).groups.map(\.name) == ["loss"])
    #expect(try Self.chart(Self.table + "\r\n").groups[1].lines[0].points.count == 2)
  }

  @Test func fieldsInQuotationMarks() throws {
    let text = "cell,\"step\",loss\n\"a, \"\"b\"\"\",1,\"2\"\n\"\",1,3\nc,1,4\n"
    let chart = try Self.chart(text)
    #expect(chart.groups.map(\.name) == ["a, \"b\"", "", "c"])
    #expect(chart.groups.map { $0.lines[0].points } == [[Point(x: 1, y: 2)], [Point(x: 1, y: 3)], [Point(x: 1, y: 4)]])
  }

  @Test func tablesThatCannotBeDrawn() {
    #expect(throws: TableError.missingColumn("loss", columns: ["step", "a"])) {
      try Self.chart("step,a\n1,2\n")
    }
    #expect(throws: TableError.fieldCount(line: 3, found: 2, expected: 3)) {
      try Self.chart("cell,step,loss\na,1,2\na,1\n")
    }
    for wrong in ["many", "nan", "inf"] {
      #expect(throws: TableError.noNumber(line: 2, column: "loss", text: wrong)) {
        try Self.chart("cell,step,loss\na,1,\(wrong)\n")
      }
    }
    #expect(throws: TableError.noRows(column: "loss")) { try Self.chart("cell,step,loss\na,1,\n") }
  }
}
