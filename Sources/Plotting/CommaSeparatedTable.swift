/// The fields of a CSV file whose first line names the columns. A field may be in quotation marks (RFC 4180), but
/// cannot contain a line feed.
package struct CommaSeparatedTable: Sendable {
  struct Row {
    /// Line number, counted from 1.
    var line: Int
    var fields: [String]
  }

  package let columns: [String]
  let rows: [Row]

  /// Reads a table. An incomplete last line, as in a file that is still being written, is ignored, and so are empty
  /// lines.
  package init(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    columns = Self.fields(of: lines[0])
    // The text after the last line feed is an incomplete line, or empty.
    rows = zip(2..., lines.dropFirst().dropLast()).compactMap { number, line in
      let fields = Self.fields(of: line)
      return fields == [""] ? nil : Row(line: number, fields: fields)
    }
  }

  private static func fields(of line: ArraySlice<UInt8>) -> [String] {
    let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    let parts =
      line.contains(UInt8(ascii: "\""))
      ? quotedFields(of: line).map { $0[...] }
      : line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    return parts.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func quotedFields(of line: ArraySlice<UInt8>) -> [[UInt8]] {
    var fields: [[UInt8]] = [[]]
    var isInQuotes = false
    var last: UInt8?
    for byte in line {
      switch byte {
      case UInt8(ascii: "\""):
        // Two quotation marks inside a quoted field are one.
        if !isInQuotes, last == byte { fields[fields.count - 1].append(byte) }
        isInQuotes.toggle()
      case UInt8(ascii: ",") where !isInQuotes: fields.append([])
      default: fields[fields.count - 1].append(byte)
      }
      last = byte
    }
    return fields
  }
}
