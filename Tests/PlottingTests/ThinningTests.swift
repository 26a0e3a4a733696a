import Testing

@testable import Plotting

struct ThinningTests {
  @Test func extremesStay() {
    var points = (0..<10_000).map { Point(x: Double($0) / 100, y: Double($0 % 7)) }
    points[3141].y = 1000
    points[5926].y = -1000
    let thinned = points.thinned(columnWidth: 1)
    #expect(thinned.count <= 400)
    #expect(thinned.contains(points[3141]))
    #expect(thinned.contains(points[5926]))
    #expect(thinned.first == points.first)
    #expect(thinned.last == points.last)
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x < $1.x })
  }

  @Test func eachColumnKeepsItsLowestAndItsHighest() {
    let points = (0..<1000).map { Point(x: Double($0) / 50, y: Double(($0 * 7919) % 1009)) }
    let thinned = points.thinned(columnWidth: 1)
    for column in 0..<20 {
      let inColumn = { (point: Point) in Int(point.x) == column }
      let all = points.filter(inColumn).map(\.y)
      let kept = thinned.filter(inColumn).map(\.y)
      #expect(kept.count <= 4)
      #expect(kept.min() == all.min())
      #expect(kept.max() == all.max())
    }
  }

  @Test func fewPointsAllStay() {
    let points = (0..<100).map { Point(x: Double($0), y: Double($0 * $0)) }
    #expect(points.thinned(columnWidth: 0.5) == points)
    #expect([Point]().thinned(columnWidth: 1).isEmpty)
  }
}
