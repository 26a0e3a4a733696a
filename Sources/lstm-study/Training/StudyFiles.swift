internal import CommandLineSupport
internal import ToolSupport

/// The files that a study writes, all with the same name.
struct StudyFiles: Sendable {
  var name: String
  var overwrites = false

  var table: String { name + ".csv" }
  var drawing: String { name + ".svg" }
  /// Results over the length of the training set.
  var dataDrawing: String { name + ".data.svg" }

  static let options: [OptionDefinition<StudyFiles>] = [
    OptionDefinition(
      "--output", "-o", valueName: "NAME", sets: \.name, as: .path, group: "Files",
      help: "name of the files with the results: NAME.csv and NAME.svg"),
    OptionDefinition(
      "--overwrite", sets: \.overwrites, group: "Files",
      help: "replace the table of an earlier study instead of renaming it"),
  ]

  /// Checks that the files can be written and destroy no text.
  ///
  /// - Throws: `UsageError.conflict`; `ToolError` with status `cannotCreate`.
  func check(texts: [String]) throws {
    let files = [table, drawing, dataDrawing].map { OutputFile(option: "--output", path: $0, isReplaced: true) }
    try checkDistinct(files, texts: texts)
    try checkWritable(files)
  }

  /// Keeps other studies away from the table, and an earlier one from being overwritten.
  ///
  /// - Throws: `ToolError` with status `cannotCreate`.
  func claim(_ output: StudyOutput) throws(ToolError) -> RunLock {
    let lock = try RunLock(table, option: "--output")
    if !overwrites, let moved = try moveEarlierFile(table) {
      output.notice("moved an earlier result to \(moved); --overwrite replaces it")
    }
    return lock
  }
}
