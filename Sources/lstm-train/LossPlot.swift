internal import Plotting
internal import RecurrentEngine
internal import ToolSupport

/// A drawing of the losses of a run, redrawn during training.
struct LossPlot {
  private let path: String
  private var run: LossRun

  /// - Parameters:
  ///   - log: The loss curve with the same rows, which names the run.
  ///   - goesOn: Whether the run is resumed and its earlier rows are in `log`.
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
