internal import SystemCalls

extension ShellCommand {
  /// The number of names above which a pattern replaces them.
  private static let longestList = 8

  /// Returns the names of files as words of a command, after `--` if one of them begins with a dash. A long list becomes
  /// patterns where the shell makes the same list of them.
  static func operands(_ files: [String], isASCII: Bool) -> [String] {
    let dash = UInt8(ascii: "-")
    let words = runs(of: files[...], by: folderText).flatMap { files in
      if let pattern = pattern(for: files, isASCII: isASCII) { return [pattern] }
      return runs(of: files, by: ending).flatMap { files in
        pattern(for: files, isASCII: isASCII).map { [$0] } ?? files.map { quoted($0, isASCII: isASCII) }
      }
    }
    return (files.contains { $0.utf8.first == dash && $0.utf8.count > 1 } ? ["--"] : []) + words
  }

  /// Returns the pattern that a shell expands to exactly these files of one folder, in this order; nil if there is none.
  private static func pattern(for files: ArraySlice<String>, isASCII: Bool) -> String? {
    guard files.count > longestList, let first = files.first else { return nil }
    let folder = folderText(first)
    let names = files.map { Array($0.unicodeScalars.dropFirst(folder.unicodeScalars.count)) }
    let start = commonPrefix(of: names)
    let end = commonPrefix(of: names.map { $0.dropFirst(start.count).reversed() })
    let listed = entryNames(inFolder: folder.isEmpty ? "." : folder).map { Array($0.unicodeScalars) }.filter { name in
      name.count >= start.count + end.count && name.starts(with: start) && name.reversed().starts(with: end)
        && (start.first != nil || name.first != ".")
    }
    guard listed.count == names.count, sortedAsByShell(listed.map(text)).map({ Array($0.unicodeScalars) }) == names
    else { return nil }
    let parts = [folder + text(start), text(end.reversed())]
    return parts.map { $0.isEmpty ? "" : quoted($0, isASCII: isASCII) }.joined(separator: "*")
  }

  /// Divides names where the key of the next one differs.
  private static func runs(of files: ArraySlice<String>, by key: (String) -> String) -> [ArraySlice<String>] {
    var runs: [ArraySlice<String>] = []
    var rest = files
    while let first = rest.first.map(key) {
      runs.append(rest.prefix { key($0) == first })
      rest = rest.dropFirst(runs.last?.count ?? 1)
    }
    return runs
  }

  /// Returns a path up to its last slash.
  private static func folderText(_ path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
  }

  private static func ending(_ path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: ".")).map { String(path[$0...]) } ?? ""
  }

  private static func commonPrefix(of names: [[UnicodeScalar]]) -> [UnicodeScalar] {
    names.dropFirst().reduce(names.first ?? []) { prefix, name in zip(prefix, name).prefix { $0 == $1 }.map(\.0) }
  }

  private static func text(_ scalars: some Sequence<UnicodeScalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
