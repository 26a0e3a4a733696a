internal import CommandLineSupport
internal import Plotting
internal import ToolSupport

struct InspectOptions: Sendable {
  var isJSON = false

  var drawsCurves = false
  var columns: ColumnNames?
  var x: LossChartX?
  var hasLogarithmicX = false
  var hasLogarithmicY = false

  var gradientFlowText: String?
  var lagCount: Int?
  var positionCount: Int?
  var plot: String?

  var activationsText: String?
  var units: [UnitName]?
  var length: Int?
  var forcedGates: [ForcedGate]?
  var page: String?
  var histograms: String?

  var output: String?
  var threads: Int?
}

enum InspectTask: Equatable {
  case checkpoint
  case curves
  case columns(ColumnNames)
  case gradientFlow(text: String)
  case activations(text: String)
}

extension InspectOptions {
  /// Default of `--length`: the maximum number of characters for `--activations`.
  static let usualLength = 10_000

  /// - Throws: `UsageError.conflict` for two tasks, or for options of another task.
  func task() throws(UsageError) -> InspectTask {
    let tasks: [(option: String, task: InspectTask)] =
      (drawsCurves ? [("--curve", .curves)] : [])
      + (columns.map { [("--columns", .columns($0))] } ?? [])
      + (gradientFlowText.map { [("--gradient-flow", .gradientFlow(text: $0))] } ?? [])
      + (activationsText.map { [("--activations", .activations(text: $0))] } ?? [])
    if tasks.count > 1 { throw .conflict("\(tasks[0].option) and \(tasks[1].option) are two tasks; give one of them") }
    let asked = tasks.first?.option
    let needs: [(name: String, isGiven: Bool, tasks: [String])] = [
      ("--x", x != nil, ["--curve"]), ("--log-x", hasLogarithmicX, ["--curve", "--columns"]),
      ("--log-y", hasLogarithmicY, ["--curve", "--columns"]),
      ("--lags", lagCount != nil, ["--gradient-flow"]), ("--positions", positionCount != nil, ["--gradient-flow"]),
      ("--plot", plot != nil, ["--gradient-flow"]), ("--threads", threads != nil, ["--gradient-flow"]),
      ("--units", units != nil, ["--activations"]), ("--length", length != nil, ["--activations"]),
      ("--force-gate", forcedGates != nil, ["--activations"]), ("--page", page != nil, ["--activations"]),
      ("--histograms", histograms != nil, ["--activations"]),
      ("--output", output != nil, ["--curve", "--columns", "--gradient-flow", "--activations"]),
    ]
    for (name, isGiven, tasks) in needs where isGiven && !tasks.contains(where: { $0 == asked }) {
      let remedy = asked != nil ? "leave it out" : tasks.count == 1 ? "add that" : "add one of them"
      throw .conflict("\(name) is for \(alternatives(tasks)); \(remedy)")
    }
    if isJSON, let asked { throw .conflict("--json is for what is in a checkpoint; leave out it or \(asked)") }
    return tasks.first?.task ?? .checkpoint
  }
}

/// Returns an enumeration: `a`, `a or b`, or `a, b or c`.
private func alternatives(_ names: [String]) -> String {
  guard names.count > 1, let last = names.last else { return names.joined() }
  return names.dropLast().joined(separator: ", ") + " or " + last
}
