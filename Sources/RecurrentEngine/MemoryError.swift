/// A lack of memory: more bytes are needed than are available.
public struct MemoryError: Error, Equatable, Sendable {
  /// The number of bytes needed; nil if it exceeds the address space.
  public var neededBytes: Int?
  /// The number of bytes available.
  public var availableBytes: Int
}

extension MemoryError: CustomStringConvertible {
  /// A message of one line: problem, remedy.
  public var description: String {
    let need = neededBytes.map { "\($0) bytes of memory are needed" } ?? "more memory is needed than can be addressed"
    return "\(need), and \(availableBytes) are available; use a smaller model or batch"
  }
}

extension MemoryEstimate {
  /// Checks that there is enough memory, and returns the estimate.
  ///
  /// - Parameters:
  ///   - estimate: The estimated memory; nil if it exceeds the address space.
  ///   - available: The available bytes; nil if unknown.
  /// - Throws: `MemoryError` if there is not enough.
  @discardableResult
  public static func check(
    _ estimate: MemoryEstimate?, available: Int? = Machine.availableMemory
  ) throws(MemoryError) -> MemoryEstimate {
    let available = available ?? .max
    guard let estimate, estimate.totalBytes <= available else {
      throw MemoryError(neededBytes: estimate?.totalBytes, availableBytes: available)
    }
    return estimate
  }
}

extension TrainingConfiguration {
  /// Estimates the memory for training; nil if it exceeds the address space.
  ///
  /// - Parameters:
  ///   - vocabularySize: The number of entries of the vocabulary.
  ///   - threadCount: The number of threads of the process.
  ///   - processCount: The number of processes that share the rows of a mini-batch.
  public func memoryEstimate(
    vocabularySize: Int, threadCount: Int = 1, processCount: Int = 1
  ) -> MemoryEstimate? {
    var estimate = MemoryEstimate(
      modelConfiguration(vocabularySize: vocabularySize), batchSize: max(1, batchSize / processCount),
      chunkLength: chunkLength,
      validationBatchSize: max(ValidationStreams.maximumStreamCount, division.split == .interleaved ? batchSize : 0),
      // An average of the weights takes as much as a moment, and so does a level of the tree of shards, or what a
      // process receives.
      momentCount: optimizer.kind.momentCount + (averageDecay == nil ? 0 : 1)
        + max(1, shardCount / processCount).trailingZeroBitCount + (processCount > 1 ? 1 : 0),
      regularization: regularization,
      holdsSequences: division.records != nil)
    // A team of threads for training and one for validation.
    estimate?.otherBytes += 2 * threadCount * MemoryEstimate.bytesPerThread
    return estimate
  }
}
