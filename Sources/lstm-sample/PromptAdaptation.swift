internal import RecurrentEngine
internal import ToolSupport

extension SampleOptions {
  /// Returns the model of a checkpoint, after dynamic evaluation of the prompt if the options ask for it.
  ///
  /// - Throws: `ToolError` if the weights diverge, or if there is not enough memory.
  func model(of checkpoint: Checkpoint, adaptedTo prompt: Prompt, threadCount: Int) throws -> LanguageModel {
    let model = checkpoint.model
    // The first character is not predicted.
    guard prompt.text.count > 1, let adaptation = adaptation.adaptation(clip: checkpoint.training.clip) else {
      return model
    }
    let estimate = MemoryEstimate(
      model.configuration, batchSize: 1, chunkLength: adaptation.chunkLength, validationBatchSize: 1, momentCount: 2)
    try checkMemory(estimate, for: "--adapt", remedy: "lower --adapt-length")
    // Graphemes that were apart in the prompt, before unknown ones were skipped, can join to an unknown one.
    let corpus = try Corpus(
      sources: [.bytes(prompt.text.flatMap(model.vocabulary.bytes(of:)))], vocabulary: model.vocabulary,
      leavesOutUnknown: true)
    let pass = DynamicEvaluationPass(
      model, corpus: corpus, range: 0..<corpus.characterCount, adaptation: adaptation, threadCount: threadCount)
    while let losses = try pass.next() {
      guard losses.allSatisfy(\.isFinite) else { throw self.adaptation.divergence }
    }
    return pass.model
  }
}
