package import CommandLineSupport
package import RecurrentEngine

/// Checks that there is enough memory for training, before any of it is allocated.
///
/// - Parameters:
///   - vocabularySize: The vocabulary size; nil if the text is not read yet, so that only a lower bound is known.
///   - processCount: The number of processes that share the rows of a mini-batch.
///   - other: The memory for other work at the same time; nil for none.
/// - Throws: `ToolError` with status `usage` if it exceeds the available memory.
@discardableResult
package func checkMemory(
  _ configuration: TrainingConfiguration, vocabularySize: Int?, threadCount: Int = 1, processCount: Int = 1,
  and other: MemoryEstimate? = nil
) throws(ToolError) -> MemoryEstimate {
  var estimate = configuration.memoryEstimate(
    vocabularySize: vocabularySize ?? 1, threadCount: threadCount, processCount: processCount)
  if let other { estimate?.add(other) }
  return try checkMemory(
    estimate, isLowerBound: vocabularySize == nil, for: "training",
    remedy: "lower --hidden, --layers, --batch-size or --seq-length")
}

/// Checks that there is enough memory. A nil estimate exceeds the address space; `purpose` begins the error message.
///
/// - Throws: `ToolError` with status `usage` if the estimate exceeds the available memory.
@discardableResult
package func checkMemory(
  _ estimate: MemoryEstimate?, isLowerBound: Bool = false, for purpose: String, remedy: String
) throws(ToolError) -> MemoryEstimate {
  do throws(MemoryError) {
    return try MemoryEstimate.check(estimate)
  } catch {
    let need = error.neededBytes.map(NumberText.byteSize) ?? "more than can be addressed"
    throw ToolError(
      .usage,
      "\(purpose) needs \(isLowerBound ? "at least " : "")\(need) of memory, and "
        + "\(NumberText.byteSize(error.availableBytes)) are available; \(remedy)")
  }
}
