internal import CommandLineSupport
internal import RecurrentEngine

extension LSTMTrain {
  /// Prints the rate that a search recommends.
  ///
  /// - Throws: `ToolError` with status `diverged` if the loss did not fall; `CorpusError` if the text cannot be read any
  ///   more.
  static func findLearningRate(of trainer: Trainer, _ options: TrainOptions, _ output: TrainingOutput) throws {
    var search = LearningRateSearch(options.optimizer, first: options.firstLearningRate)
    while !search.isFinished {
      let update = try trainer.advance(learningRate: search.nextRate)
      let loss = update.isFinite ? update.lossSum / Double(update.countedCharacters) : .infinity
      search.append(loss)
      output.update(search, loss: loss)
    }
    output.clear()
    guard let recommendation = search.recommendation else {
      throw ToolError(
        .diverged,
        "the loss does not fall at any learning rate from \(rateText(search.first)) up; "
          + "try another --find-from, or a higher --batch-size")
    }
    let standardOutput = OutputDescriptor.standardOutput
    if options.isQuiet { return try standardOutput.write(rateText(recommendation) + "\n") }
    let plot = LearningRatePlot(search: search, recommendation: recommendation)
    let lines = plot.lines(columns: min(standardOutput.columnCount, 80), showsUnicode: standardOutput.showsUnicode)
    try standardOutput.write(
      (lines + ["", "--learning-rate \(rateText(recommendation))", ""]).joined(separator: "\n"))
  }
}
