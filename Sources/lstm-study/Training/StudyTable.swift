internal import CommandLineSupport
internal import ToolSupport

/// Comma-separated values of the runs of a study, written as a whole file after each run.
struct StudyTable {
  private let path: String
  private var text: String

  init(path: String, columns: [String]) {
    self.path = path
    text = columns.joined(separator: ",") + "\n"
  }

  /// - Parameter fields: Fields without commas and quotation marks.
  mutating func append(_ fields: [String]) { text += fields.joined(separator: ",") + "\n" }

  /// - Throws: `CheckpointError.cannotCreate` or `.writeFailed`.
  func write() throws { try WholeFile.write(text, to: path) }

  /// The number with a fixed count of decimals; empty for nil and for values that are NaN or infinite.
  static func field(_ value: Double?, decimals: Int) -> String {
    value.map { $0.isFinite ? NumberText.fixed($0, decimals: decimals) : "" } ?? ""
  }
}
