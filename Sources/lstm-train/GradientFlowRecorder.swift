internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// A measurement of the gradient flow of the model at regular intervals.
struct GradientFlowRecorder {
  /// Number of optimizer steps between measurements.
  let interval: Int
  let measurement: GradientFlowMeasurement

  /// - Returns: Nil if the options select no measurement.
  /// - Throws: `ToolError` if the text is too short or there is not enough memory.
  init?(_ run: ResolvedRun, _ corpus: Corpus) throws(ToolError) {
    guard let interval = run.options.gradientFlowInterval, !run.options.isDryRun else { return nil }
    self.interval = interval
    let lagCount = min(GradientFlow.usualLagCount, (corpus.characterCount - 3) / 2)
    guard lagCount > 0 else {
      throw ToolError(
        .badData,
        "the text is too short for --gradient-flow-every "
          + "(\(NumberText.counted(corpus.characterCount, corpus.vocabulary.unit.rawValue))); give more text")
    }
    let model = run.configuration.modelConfiguration(vocabularySize: corpus.vocabulary.count)
    let readsLines = run.configuration.division.readsLines
    let positionCount = GradientFlow.usualPositionCount
    var need = MemoryEstimate(
      measuringGradientFlow: model, lagCount: lagCount, positionCount: positionCount, holdsSequences: readsLines)
    need?.parameterBytes += run.memory.parameterBytes
    need?.activationBytes += run.memory.activationBytes
    try checkMemory(
      need, for: "training with --gradient-flow-every", remedy: "leave it out, or lower --hidden or --layers")
    measurement = GradientFlowMeasurement(
      model, corpus: corpus, readsLines: readsLines, lagCount: lagCount, positionCount: positionCount,
      threadCount: run.threadCount)
  }
}
