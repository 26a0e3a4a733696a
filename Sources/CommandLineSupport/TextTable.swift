/// Rows of text in aligned columns: the first column to the left, all others to the right.
public enum TextTable {
  /// Returns one line per row, with two spaces between columns.
  public static func lines(_ rows: [[String]], indent: Int = 0) -> [String] {
    let columnCount = rows.map(\.count).max() ?? 0
    let widths = (0..<columnCount).map { column in
      rows.compactMap { $0.indices.contains(column) ? TerminalText.columnCount($0[column]) : nil }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, text in
        let padding = String(repeating: " ", count: widths[column] - TerminalText.columnCount(text))
        return column == 0 ? text + padding : padding + text
      }
      let line = String(repeating: " ", count: indent) + cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
