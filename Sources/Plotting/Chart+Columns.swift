/// An error in a table whose columns are to be drawn.
package enum TableError: Error, Equatable, Sendable {
  case missingColumn(String, columns: [String])
  case fieldCount(line: Int, found: Int, expected: Int)
  case noNumber(line: Int, column: String, text: String)
  case noRows(column: String)
}

extension TableError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missingColumn(let column, let columns):
      "its first line names no column '\(column)'; it has "
        + columns.map { shortened($0, columns: 30) }.joined(separator: ", ")
    case .fieldCount(let line, let found, let expected):
      "line \(line) has \(found) fields, and the first line has \(expected); mend or remove it"
    case .noNumber(let line, let column, let text):
      "line \(line) has '\(shortened(text, columns: 30))' as its \(column), which is no number; mend or remove it"
    case .noRows(let column): "has no \(column) to draw; give a table with rows"
    }
  }
}

extension Chart {
  /// Creates a chart of one column over another. If several rows have the same x, their median is drawn, in a band from
  /// minimum to maximum. Rows without a number in either column are left out.
  ///
  /// - Parameter name: The column that identifies the line of each row; nil for one line.
  package init(
    _ table: CommaSeparatedTable, over x: String, of y: String, by name: String?, xScale: Scale = .linear,
    yScale: Scale = .linear
  ) throws(TableError) {
    var indices: [Int] = []
    for column in [x, y] + (name.map { [$0] } ?? []) {
      guard let index = table.columns.firstIndex(of: column) else {
        throw .missingColumn(column, columns: table.columns)
      }
      indices.append(index)
    }
    var names: [String] = []
    var points: [String: [Double: [Point]]] = [:]
    for row in table.rows {
      guard row.fields.count == table.columns.count else {
        throw .fieldCount(line: row.line, found: row.fields.count, expected: table.columns.count)
      }
      let fields = indices.map { row.fields[$0] }
      guard let point = try Point(row.line, (x, fields[0]), (y, fields[1])) else { continue }
      let group = name == nil ? y : fields[2]
      if points[group] == nil { names.append(group) }
      points[group, default: [:]][point.x, default: []].append(point)
    }
    guard !names.isEmpty else { throw .noRows(column: y) }
    self.init(
      title: "\(y) over \(x)", x: Axis(title: x, scale: xScale), y: Axis(title: y, scale: yScale),
      groups: names.map { group in
        let clusters = (points[group] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
        return Group(name: group, line: group, clusters: clusters)
      })
  }
}

extension Point {
  /// Returns nil if one of the fields is empty.
  fileprivate init?(
    _ line: Int, _ x: (column: String, text: String), _ y: (column: String, text: String)
  ) throws(TableError) {
    var numbers: [Double] = []
    for (column, text) in [x, y] where !text.isEmpty {
      guard let number = Double(text), number.isFinite else {
        throw .noNumber(line: line, column: column, text: text)
      }
      numbers.append(number)
    }
    guard numbers.count == 2 else { return nil }
    self.init(x: numbers[0], y: numbers[1])
  }
}
