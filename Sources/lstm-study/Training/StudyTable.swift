internal import CommandLineSupport
internal import ToolSupport

/// A CSV table of the runs of a study. The file is replaced as a whole after each run.
struct StudyTable {
  private let path: String
  private var text: String

  init(path: String, columns: [String]) {
    self.path = path
    text = columns.joined(separator: ",") + "\n"
  }

  /// Appends a row.
  ///
  /// - Parameter fields: The fields, without commas and quotation marks.
  mutating func append(_ fields: [String]) { text += fields.joined(separator: ",") + "\n" }

  /// Writes the file.
  ///
  /// - Throws: `CheckpointError.cannotCreate` or `.writeFailed`.
  func write() throws { try WholeFile.write(text, to: path) }

  /// Returns a number with a fixed number of decimals; empty for nil, NaN and infinity.
  static func field(_ value: Double?, decimals: Int) -> String {
    value.map { $0.isFinite ? NumberText.fixed($0, decimals: decimals) : "" } ?? ""
  }
}
