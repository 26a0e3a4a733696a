/// A pair of numbers: values on the two axes, or a position on the page.
package struct Point: Equatable, Sendable {
  package var x: Double
  package var y: Double

  package init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

extension [Point] {
  /// Returns at most four points per column of the given width, through which a line looks like one through all points:
  /// the first and the last, which connect it to the neighbouring columns, and the lowest and the highest.
  func thinned(columnWidth: Double) -> [Point] {
    var result: [Point] = []
    var start = startIndex
    while start < endIndex {
      let column = (self[start].x / columnWidth).rounded(.down)
      let end = self[start...].firstIndex { ($0.x / columnWidth).rounded(.down) != column } ?? endIndex
      result += self[start..<end].corners
      start = end
    }
    return result
  }
}

extension ArraySlice<Point> {
  /// The first, lowest, highest and last point, in their order and each once.
  fileprivate var corners: [Point] {
    guard count > 4 else { return Array(self) }
    let lowest = indices.min { self[$0].y < self[$1].y } ?? startIndex
    let highest = indices.max { self[$0].y < self[$1].y } ?? startIndex
    let kept = Set([startIndex, lowest, highest, endIndex - 1])
    return kept.sorted().map { self[$0] }
  }
}
