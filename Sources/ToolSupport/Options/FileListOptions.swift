package import CommandLineSupport
internal import SystemCalls

/// Options for a file with the names of texts.
package struct FileListOptions: Sendable {
  package var list: String?
  package var isNullSeparated = false

  package init() {}

  /// The definitions of the options.
  package static var options: [OptionDefinition<FileListOptions>] {
    [
      OptionDefinition(
        "--files-from", valueName: "LIST", sets: \.list, as: .path, group: "Text",
        help: "file with more names of texts, one a line; - for standard input",
        details: "The texts follow those of the command line. Empty lines are ignored."),
      OptionDefinition(
        "--null", "-0", sets: \.isNullSeparated, group: "Text",
        help: "names in the list end with NUL instead of a line feed",
        details: "For names with line feeds: find . -name '*.txt' -print0 | TOOL -0 --files-from - …"
      ).requiring("--files-from") { $0.list != nil },
    ]
  }

  /// Returns the names of texts from the command line, followed by those of the list.
  ///
  /// - Parameters:
  ///   - operands: The names of the command line.
  ///   - others: The names of other texts, which can also be standard input.
  /// - Throws: `ToolError`, which names the list and the line of a file that cannot be read; `UsageError` if standard
  ///   input is both the list and a text.
  package func files(_ operands: [String], besides others: [String] = []) throws -> [String] {
    guard let list else { return operands }
    if list == "-", (operands + others).contains("-") {
      throw UsageError.conflict("--files-from - and the text - both read standard input; give a file for one of them")
    }
    let title = list == "-" ? "standard input" : list
    let end = isNullSeparated ? 0 : UInt8(ascii: "\n")
    let entries = try WholeFile.read(list).split(separator: end, omittingEmptySubsequences: false)
    var files = operands
    for (index, entry) in entries.enumerated() where !entry.isEmpty {
      let place = "\(title): \(isNullSeparated ? "name" : "line") \(index + 1)"
      guard let name = String(validating: entry, as: UTF8.self) else {
        throw ToolError(.badData, "\(place): a name that is not valid UTF-8; rename the file")
      }
      try Self.check(name, place: place)
      // A text - would be standard input.
      files.append(name == "-" ? "./-" : name)
    }
    return files
  }

  private static func check(_ name: String, place: String) throws(ToolError) {
    do throws(SystemError) {
      let file = try FileDescriptor.open(name, for: .readingWithoutWaiting)
      defer { file.close() }
      guard try file.status().kind == .directory else { return }
    } catch {
      throw ToolError(.cannotOpenInput, "\(place): \(name): cannot open (\(error)); \(error.remedy(.reading))")
    }
    throw ToolError(.cannotOpenInput, "\(place): \(name): is a directory; name the files in it")
  }
}
