internal import CommandLineSupport
internal import RecurrentEngine

/// The CSV file with the losses of all runs of a comparison, one row for each step that was logged.
final class ComparisonTable {
  static let header =
    "cell,hidden,parameters,training_characters,seed,step,characters,seconds,learning_rate,train_loss,val_loss,event\n"

  private var file: AppendedFile
  private var isNew = true
  /// Why rows could not be written; they are kept and written with the next ones.
  private(set) var failure: ToolError?

  /// - Throws: `ToolError` with status `cannotCreate`.
  init(path: String) throws(ToolError) {
    file = try AppendedFile(path: path, option: "--log", keptBytes: 0)
  }

  func append(_ row: LossCurve.Row, of run: ComparisonRun, _ contender: Contender) {
    func text(_ value: Double?, _ decimals: Int) -> String {
      value.map { $0.isFinite ? NumberText.fixed($0, decimals: decimals) : "" } ?? ""
    }
    let columns: [String] = [
      contender.name, String(contender.model.hiddenSize), String(contender.model.parameterCount),
      String(run.trainingCharacters), String(run.seed), String(row.step), String(row.characters), text(row.seconds, 3),
      text(row.learningRate, 8), text(row.trainingLoss, LossCurve.lossDecimals),
      text(row.validationLoss, LossCurve.lossDecimals), row.event,
    ]
    let line = columns.joined(separator: ",") + "\n"
    defer { isNew = false }
    attempt { table throws(ToolError) in try table.file.append(table.isNew ? Self.header + line : line) }
  }

  /// Writes what is still to be written.
  ///
  /// - Throws: `ToolError` with status `inputOutput`.
  func finish() throws(ToolError) {
    attempt { table throws(ToolError) in try table.file.flush() }
    if let failure { throw failure }
  }

  private func attempt(_ body: (ComparisonTable) throws(ToolError) -> Void) {
    do throws(ToolError) {
      try body(self)
      failure = nil
    } catch {
      failure = error
    }
  }
}
