internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

extension LSTMTrain {
  /// Compares cells, and prints what comes of it, also where a signal has ended it early.
  ///
  /// - Returns: The status that a signal asks for, else success.
  /// - Throws: As ``Comparison``.
  static func compare(
    _ options: TrainOptions, by rule: SettingsRule, _ corpus: Corpus, _ split: CorpusSplit, files: [String],
    threadCount: Int, _ output: TrainingOutput
  ) throws -> ExitStatus {
    var comparison = try Comparison(options, by: rule, corpus, split, threadCount: threadCount, output)
    for (contender, memory) in zip(comparison.contenders, comparison.memory) {
      output.describe(
        chosen: RunPlan.arguments(for: contender.options) + options.heldOutFileArguments, files: files)
      output.describe(contender.model, contender.configuration, memory: memory)
    }
    let runFiles = RunFiles(checkpoint: options.checkpoint, log: options.log)
    let lock = isSpecialFile(runFiles.log) ? nil : try RunLock(runFiles.log, option: "--log")
    if !options.overwrites, let moved = try runFiles.moveEarlier(.log, number: nil) {
      output.notice("an earlier result is now \(moved.path); --overwrite would have replaced it")
    }
    let table = try ComparisonTable(path: runFiles.log)
    let status = try comparison.run(into: table)
    try table.finish()
    let summary = ComparisonSummary(
      contenders: comparison.contenders, runs: comparison.runs, memory: comparison.memory.map(\.totalBytes))
    try OutputDescriptor.standardOutput.write(summary.lines.map { $0 + "\n" }.joined())
    output.print("losses: \(runFiles.log); drawing: \(options.plots.joined(separator: ", "))")
    _ = consume lock
    return status
  }
}
