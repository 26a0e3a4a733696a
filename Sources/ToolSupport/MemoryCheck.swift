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
  let estimate = configuration.memoryEstimate(vocabularySize: vocabularySize)
  let available = Machine.availableMemory ?? .max
  guard let estimate, estimate.totalBytes <= available else {
    let need = estimate.map { NumberText.byteSize($0.totalBytes) } ?? "more than can be addressed"
    throw ToolError(
      .usage,
      "training needs \(need) of memory, and \(NumberText.byteSize(available)) are available; "
        + "lower --hidden, --layers, --batch-size or --seq-length")
  }
  return estimate
}

extension TrainingConfiguration {
  /// The bytes that training allocates; nil if they cannot be counted.
  package func memoryEstimate(vocabularySize: Int) -> MemoryEstimate? {
    MemoryEstimate(
      modelConfiguration(vocabularySize: vocabularySize), batchSize: batchSize, chunkLength: chunkLength,
      validationBatchSize: 64, momentCount: optimizer.kind.momentCount)
  }
}
