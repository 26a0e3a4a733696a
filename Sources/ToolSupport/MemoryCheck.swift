package import CommandLineSupport
package import RecurrentEngine

/// Finds out whether there is memory for training before any of it is allocated.
///
/// - Returns: The bytes that training will allocate.
/// - Throws: `ToolError` with status `usage` if they are more than this process can get.
@discardableResult
package func checkMemory(
  _ configuration: TrainingConfiguration, vocabularySize: Int
) throws(ToolError) -> MemoryEstimate {
  try checkMemory(
    configuration.memoryEstimate(vocabularySize: vocabularySize), for: "training",
    remedy: "lower --hidden, --layers, --batch-size or --seq-length")
}

/// Finds out whether there is as much memory as is needed.
///
/// - Parameters:
///   - estimate: Nil if it is more than can be addressed.
///   - purpose: What needs it, to begin a sentence with.
///   - remedy: What to do if there is not.
/// - Throws: `ToolError` with status `usage` if it is more than this process can get.
@discardableResult
package func checkMemory(
  _ estimate: MemoryEstimate?, for purpose: String, remedy: String
) throws(ToolError) -> MemoryEstimate {
  let available = Machine.availableMemory ?? .max
  guard let estimate, estimate.totalBytes <= available else {
    let need = estimate.map { NumberText.byteSize($0.totalBytes) } ?? "more than can be addressed"
    throw ToolError(
      .usage, "\(purpose) needs \(need) of memory, and \(NumberText.byteSize(available)) are available; \(remedy)")
  }
  return estimate
}

extension TrainingConfiguration {
  /// The bytes that training allocates; nil if they cannot be counted.
  package func memoryEstimate(vocabularySize: Int) -> MemoryEstimate? {
    MemoryEstimate(
      modelConfiguration(vocabularySize: vocabularySize), batchSize: batchSize, chunkLength: chunkLength,
      validationBatchSize: max(ValidationStreams.maximumStreamCount, division.split == .interleaved ? batchSize : 0),
      momentCount: optimizer.kind.momentCount, regularization: regularization, holdsSequences: division.readsLines)
  }
}
