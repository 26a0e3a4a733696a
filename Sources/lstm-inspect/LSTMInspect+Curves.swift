internal import CommandLineSupport
internal import Plotting
internal import ToolSupport

extension LSTMInspect {
  static func drawCurves(_ options: InspectOptions, files: [String]) throws {
    guard !files.isEmpty, !files.contains("") else {
      throw UsageError.operands("give at least one loss curve that lstm-train wrote, such as loss.csv")
    }
    try checkIsSVG("--output", options.output)
    try checkDistinct([("--output", options.output)], from: files.map { ("the loss curve", $0) })
    let runs = try zip(files, LossRun.names(ofFiles: files)).map { path, name in
      let csv = try WholeFile.read(path)
      do throws(LossCurveError) {
        return try LossRun(name: path == "-" ? "standard input" : name, csv: csv)
      } catch {
        throw ToolError(.badData, "\(path): \(error.description)")
      }
    }
    let chart = Chart(
      runs, over: options.x ?? .step, xScale: options.xScale, yScale: options.yScale)
    try write(chart, of: files[0], to: options.output)
  }

  static func draw(_ columns: ColumnNames, _ options: InspectOptions, files: [String]) throws {
    guard let file = files.first, files.count == 1, !file.isEmpty else {
      throw UsageError.operands("give one table of comma-separated values")
    }
    try checkIsSVG("--output", options.output)
    try checkDistinct([("--output", options.output)], from: [("the table", file)])
    let table = CommaSeparatedTable(try WholeFile.read(file))
    let chart: Chart
    do throws(TableError) {
      chart = try Chart(
        table, over: columns.x, of: columns.y, by: columns.name, xScale: options.xScale, yScale: options.yScale)
    } catch {
      throw ToolError(.badData, "\(file): \(error.description)")
    }
    try write(chart, of: file, to: options.output)
  }

  private static func write(_ chart: Chart, of file: String, to output: String?) throws {
    guard let svg = chart.svg else {
      throw ToolError(
        .badData, "\(file): has only zeros, of which there are no logarithms; leave out --log-x and --log-y")
    }
    try write(svg, to: output)
  }

  /// Writes a result to a file, or to standard output if `path` is nil.
  static func write(_ text: String, to path: String?) throws {
    if let path {
      try WholeFile.write(text, to: path)
    } else {
      try OutputDescriptor.standardOutput.write(text)
    }
  }

  /// - Throws: `UsageError.conflict` if an output file is an input file or another output file.
  static func checkDistinct(
    _ outputs: [(option: String, path: String?)], from inputs: [(what: String, path: String)]
  ) throws(UsageError) {
    let given = outputs.compactMap { output in output.path.map { (option: output.option, path: $0) } }
    func isSame(_ path: String, _ other: String) -> Bool {
      let identity = FileIdentity(path: path)
      return path == other || (identity != nil && FileIdentity(path: other) == identity)
    }
    for (index, output) in given.enumerated() {
      for input in inputs where isSame(output.path, input.path) {
        throw .conflict("\(output.option) would overwrite \(input.what) \(input.path); choose another path")
      }
      for other in given[..<index] where isSame(output.path, other.path) {
        throw .conflict(
          "\(other.option) and \(output.option) are the same file; choose another path for one of them")
      }
    }
  }
}

extension InspectOptions {
  fileprivate var xScale: Scale { hasLogarithmicX ? .logarithmic : .linear }
  fileprivate var yScale: Scale { hasLogarithmicY ? .logarithmic : .linear }
}
