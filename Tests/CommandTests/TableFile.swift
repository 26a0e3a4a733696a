import Testing

/// A CSV file with these columns, parsed as in a user's script.
struct TableFile {
  /// The text of each column.
  let rows: [[String: String]]

  init(_ text: String, columns: [String]) throws {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.popLast() == "", "every row ends with a line feed")
    #expect(lines.first == columns.joined(separator: ","))
    rows = try lines.dropFirst().map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      try #require(fields.count == columns.count, "\(line)")
      return Dictionary(uniqueKeysWithValues: zip(columns, fields))
    }
  }
}
