internal import CommandLineSupport
internal import Plotting
internal import ToolSupport

/// A study of many training runs, whose results are a table, drawings and a summary.
protocol Study {
  var output: StudyOutput { get }
  var table: StudyTable { get }
  /// Charts and the paths of their drawings; charts without points are not drawn.
  var drawings: [(path: String, chart: Chart)] { get }
  /// The summary that is printed.
  var lines: [String] { get }

  /// Trains all models, or returns early after a signal; saves results in between with ``saveBetweenRuns()``.
  mutating func run() throws
}

extension Study {
  /// Runs the study, writes its files and prints its summary, even if a signal ends it early.
  ///
  /// - Returns: The exit status of a signal, or success.
  /// - Throws: `ToolError` if the files are in use; `CheckpointError` if the last results cannot be written; the errors
  ///   of the runs.
  mutating func perform(_ files: StudyFiles) throws -> ExitStatus {
    let lock = try files.claim(output)
    StopSignal.watch()
    try run()
    try write()
    output.clear()
    try OutputDescriptor.standardOutput.write(lines.map { $0 + "\n" }.joined())
    output.print("table: \(files.table); drawing: \(drawings.map(\.path).joined(separator: ", "))")
    _ = consume lock
    return StopSignal.status ?? .ok
  }

  /// Writes the results so far. A failure is only a warning, because the next write may succeed.
  func saveBetweenRuns() {
    do { try write() } catch { output.warning("\(error)") }
  }

  private func write() throws {
    try table.write()
    for (path, chart) in drawings {
      if let svg = chart.svg { try WholeFile.write(svg, to: path) }
    }
  }
}
