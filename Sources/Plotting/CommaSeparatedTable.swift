/// The fields of a file with comma-separated values, whose first line names the columns. A field may stand in quotation
/// marks (RFC 4180), but has no line feed.
package struct CommaSeparatedTable: Sendable {
  struct Row {
    /// Counted from 1.
    var line: Int
    var fields: [String]
  }

  package let columns: [String]
  let rows: [Row]

  /// A last line that was not written to its end, as it may be while a program goes on, is left out; so are empty lines.
  package init(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    columns = Self.fields(of: lines[0])
    // After the last line feed is what was not written to its end, or nothing.
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
        // Two marks inside of marks are one.
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
