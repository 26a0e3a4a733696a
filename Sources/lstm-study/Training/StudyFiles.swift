internal import CommandLineSupport
internal import ToolSupport

/// Files that a study writes, with a common base name.
struct StudyFiles: Sendable {
  var name: String
  var overwrites = false

  var table: String { name + ".csv" }
  var drawing: String { name + ".svg" }
  /// Path of the drawing of results over the size of the training set.
  var dataDrawing: String { name + ".data.svg" }

  static let options: [OptionDefinition<StudyFiles>] = [
    OptionDefinition(
      "--output", "-o", valueName: "NAME", sets: \.name, as: .path, group: "Files",
      help: "base name of the results, NAME.csv and NAME.svg"),
    OptionDefinition(
      "--overwrite", sets: \.overwrites, group: "Files",
      help: "replace earlier results instead of renaming them"),
  ]

  /// Checks that the files can be written and overwrite no text.
  ///
  /// - Throws: `UsageError.conflict`; `ToolError` with status `cannotCreate`.
  func check(texts: [String]) throws {
    let files = [table, drawing, dataDrawing].map { OutputFile(option: "--output", path: $0, isReplaced: true) }
    try checkDistinct(files, texts: texts)
    try checkWritable(files)
  }

  /// Locks the table against other studies, and renames an earlier table so that it is not overwritten.
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
