internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Measures now and then how gradients flow through the model that is trained.
struct GradientFlowRecorder {
  /// In updates.
  let interval: Int
  /// On the whole text.
  let measurement: GradientFlowMeasurement

  /// - Parameter training: What is allocated anyhow.
  /// - Returns: Nil if nothing is to be measured.
  /// - Throws: `ToolError` if the text is too short or there is not the memory.
  init?(
    _ options: TrainOptions, _ corpus: Corpus, _ configuration: TrainingConfiguration,
    besides training: MemoryEstimate, threadCount: Int
  ) throws(ToolError) {
    guard let interval = options.gradientFlowInterval, options.task == nil else { return nil }
    self.interval = interval
    let lagCount = min(GradientFlow.usualLagCount, (corpus.characterCount - 3) / 2)
    guard lagCount > 0 else {
      throw ToolError(
        .badData,
        "the text is too short for --gradient-flow-every "
          + "(\(NumberText.counted(corpus.characterCount, corpus.vocabulary.unit.rawValue))); give more text")
    }
    let model = configuration.modelConfiguration(vocabularySize: corpus.vocabulary.count)
    let readsLines = configuration.division.readsLines
    let positionCount = GradientFlow.usualPositionCount
    var need = MemoryEstimate(
      measuringGradientFlow: model, lagCount: lagCount, positionCount: positionCount, holdsSequences: readsLines)
    need?.parameterBytes += training.parameterBytes
    need?.activationBytes += training.activationBytes
    try checkMemory(
      need, for: "training with --gradient-flow-every", remedy: "leave it out, or lower --hidden or --layers")
    measurement = GradientFlowMeasurement(
      model, corpus: corpus, readsLines: readsLines, lagCount: lagCount, positionCount: positionCount,
      threadCount: threadCount)
  }
}
