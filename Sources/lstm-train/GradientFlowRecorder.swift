internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// A measurement of the gradient flow of the model at regular intervals.
struct GradientFlowRecorder {
  /// Number of optimizer steps between measurements.
  let interval: Int
  let measurement: GradientFlowMeasurement

  /// Returns the memory of the measurements that the options select; nil for none.
  static func memory(
    _ options: TrainOptions, _ configuration: TrainingConfiguration, _ corpus: Corpus
  ) -> MemoryEstimate? {
    guard options.gradientFlowInterval != nil, !options.isDryRun else { return nil }
    return MemoryEstimate(
      measuringGradientFlow: configuration.modelConfiguration(vocabularySize: corpus.vocabulary.count),
      lagCount: lagCount(corpus), positionCount: GradientFlow.usualPositionCount,
      holdsSequences: configuration.division.records != nil)
  }

  private static func lagCount(_ corpus: Corpus) -> Int {
    min(GradientFlow.usualLagCount, (corpus.characterCount - 3) / 2)
  }

  /// - Returns: Nil if the options select no measurement.
  /// - Throws: `ToolError` if the text is too short.
  init?(_ run: ResolvedRun, _ corpus: Corpus) throws(ToolError) {
    guard let interval = run.options.gradientFlowInterval, !run.options.isDryRun else { return nil }
    self.interval = interval
    let lagCount = Self.lagCount(corpus)
    guard lagCount > 0 else {
      throw ToolError(
        .badData,
        "the text is too short for --gradient-flow-every "
          + "(\(NumberText.counted(corpus.characterCount, corpus.vocabulary.unit.rawValue))); give more text")
    }
    let model = run.configuration.modelConfiguration(vocabularySize: corpus.vocabulary.count)
    measurement = GradientFlowMeasurement(
      model, corpus: corpus, lagCount: lagCount,
      positionCount: GradientFlow.usualPositionCount, threadCount: run.threadCount)
  }
}
