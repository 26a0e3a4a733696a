internal import CommandLineSupport

/// Names of the table columns to draw.
struct ColumnNames: Sendable, Equatable {
  var x: String
  var y: String
  /// Column that assigns each row to a line of the drawing; nil for a single line.
  var name: String?
}

extension ValueFormat where Value == ColumnNames {
  static var columns: Self {
    Self(
      ValueSyntax(name: "X,Y,NAME", allowed: "the names of two or three columns with commas between"),
      parse: { text in
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(names.count), !names.contains("") else { return nil }
        return ColumnNames(x: names[0], y: names[1], name: names.count == 3 ? names[2] : nil)
      },
      describe: { [$0.x, $0.y, $0.name].compactMap(\.self).joined(separator: ",") }
    )
  }
}
