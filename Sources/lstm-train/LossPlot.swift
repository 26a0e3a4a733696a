internal import Plotting
internal import RecurrentEngine
internal import ToolSupport

/// The drawing of a run's losses, which is made anew now and then while training goes on.
struct LossPlot {
  private let path: String
  private var run: LossRun

  /// - Parameter log: The loss curve with the same rows, after which the run is named. Where the run goes on, its rows
  ///   until now are drawn, too.
  init(path: String, log: String, goesOn: Bool) {
    self.path = path
    let name = LossRun.names(ofFiles: [log])[0]
    let earlier = goesOn ? try? LossRun(name: name, csv: WholeFile.read(log)) : nil
    run = earlier ?? LossRun(name: name, rows: [])
  }

  mutating func append(_ row: LossCurve.Row) {
    run.rows.append(
      LossRun.Row(
        step: row.step, epoch: row.epoch, characters: row.characters, seconds: row.seconds,
        trainingLoss: row.trainingLoss, validationLoss: row.validationLoss))
  }

  /// - Throws: `CheckpointError.cannotCreate` or `.writeFailed`.
  func write() throws(CheckpointError) {
    if let svg = Chart([run]).svg { try WholeFile.write(svg, to: path) }
  }
}
