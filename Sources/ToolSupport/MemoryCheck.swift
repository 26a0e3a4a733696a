package import CommandLineSupport
package import RecurrentEngine

/// Checks that there is enough memory for training, before any of it is allocated.
///
/// - Throws: `ToolError` with status `usage` if it exceeds the available memory.
@discardableResult
package func checkMemory(
  _ configuration: TrainingConfiguration, vocabularySize: Int
) throws(ToolError) -> MemoryEstimate {
  try checkMemory(
    configuration.memoryEstimate(vocabularySize: vocabularySize), for: "training",
    remedy: "lower --hidden, --layers, --batch-size or --seq-length")
}

/// Checks that there is enough memory. A nil estimate exceeds the address space; `purpose` begins the error message.
///
/// - Throws: `ToolError` with status `usage` if the estimate exceeds the available memory.
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
  /// Returns the memory that training allocates; nil if it exceeds the address space.
  package func memoryEstimate(vocabularySize: Int) -> MemoryEstimate? {
    MemoryEstimate(
      modelConfiguration(vocabularySize: vocabularySize), batchSize: batchSize, chunkLength: chunkLength,
      validationBatchSize: max(ValidationStreams.maximumStreamCount, division.split == .interleaved ? batchSize : 0),
      momentCount: optimizer.kind.momentCount, regularization: regularization, holdsSequences: division.readsLines)
  }
}
