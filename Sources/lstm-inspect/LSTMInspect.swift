internal import CommandLineSupport
internal import Plotting
internal import ToolSupport

@main
enum LSTMInspect {
  static func main() {
    Tool.run(inspectCommand) { options, files in
      try reportingEngineErrors {
        try options.check()
        if let columns = options.columns {
          try draw(columns, options, files: files)
        } else if options.drawsCurves {
          try drawCurves(options, files: files)
        } else {
          try inspect(options, files: files)
        }
        return .ok
      }
    }
  }

  private static func inspect(_ options: InspectOptions, files: [String]) throws {
    guard let path = files.first, files.count == 1, !path.isEmpty else {
      throw UsageError.operands("give one checkpoint that lstm-train wrote, or loss curves with --curve")
    }
    let inspection = try Inspection(path: path)
    let output = OutputDescriptor.standardOutput
    try output.write(options.isJSON ? inspection.json : inspection.text(width: output.columnCount))
  }

  private static func drawCurves(_ options: InspectOptions, files: [String]) throws {
    guard !files.isEmpty, !files.contains("") else {
      throw UsageError.operands("give at least one loss curve that lstm-train wrote, such as loss.csv")
    }
    if let output = options.output { try checkDistinct(output, from: files) }
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
    try write(chart, options, of: files[0])
  }

  private static func draw(_ columns: ColumnNames, _ options: InspectOptions, files: [String]) throws {
    guard let file = files.first, files.count == 1, !file.isEmpty else {
      throw UsageError.operands("give one table of comma-separated values")
    }
    if let output = options.output { try checkDistinct(output, from: files) }
    let table = CommaSeparatedTable(try WholeFile.read(file))
    let chart: Chart
    do throws(TableError) {
      chart = try Chart(
        table, over: columns.x, of: columns.y, by: columns.name, xScale: options.xScale, yScale: options.yScale)
    } catch {
      throw ToolError(.badData, "\(file): \(error.description)")
    }
    try write(chart, options, of: file)
  }

  private static func write(_ chart: Chart, _ options: InspectOptions, of file: String) throws {
    guard let svg = chart.svg else {
      throw ToolError(
        .badData, "\(file): has only zeros, of which there are no logarithms; leave out --log-x and --log-y")
    }
    if let output = options.output {
      try WholeFile.write(svg, to: output)
    } else {
      try OutputDescriptor.standardOutput.write(svg)
    }
  }

  private static func checkDistinct(_ output: String, from files: [String]) throws(UsageError) {
    let identity = FileIdentity(path: output)
    for file in files where file == output || (identity != nil && FileIdentity(path: file) == identity) {
      throw .conflict("--output would overwrite the loss curve \(file); choose another path")
    }
  }
}

extension InspectOptions {
  fileprivate var xScale: Scale { hasLogarithmicX ? .logarithmic : .linear }
  fileprivate var yScale: Scale { hasLogarithmicY ? .logarithmic : .linear }

  /// - Throws: `UsageError.conflict` for options of the task that is not asked for.
  fileprivate func check() throws(UsageError) {
    if columns != nil {
      let others = [("--json", isJSON), ("--curve", drawsCurves), ("--x", x != nil)]
      if let (name, _) = others.first(where: { $0.1 }) {
        throw .conflict("--columns draws columns of a table; leave out \(name)")
      }
      return
    }
    if drawsCurves {
      guard !isJSON else { throw .conflict("--json is for a checkpoint, and --curve draws; give one of them") }
      return
    }
    let forCurves = [
      ("--output", output != nil), ("--x", x != nil), ("--log-x", hasLogarithmicX), ("--log-y", hasLogarithmicY),
    ]
    if let (name, _) = forCurves.first(where: { $0.1 }) {
      throw .conflict("\(name) is for drawing loss curves; add --curve")
    }
  }
}
