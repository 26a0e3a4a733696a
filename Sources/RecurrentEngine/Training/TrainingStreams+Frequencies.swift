internal import KernelTemplates

extension TrainingStreams {
  /// The number of characters that are counted: enough for frequencies, and soon read.
  private static let sampleSize = 1 << 16

  /// Returns the logarithms of the frequencies of characters, each counted once more than it occurs, in the first chunks
  /// of the first epoch. The streams are then at its beginning.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  func logarithmsOfFrequencies(vocabularySize: Int) throws(CorpusError) -> [Float] {
    var counts = [Int](repeating: 1, count: vocabularySize)
    var rest = Self.sampleSize
    var chunk = Chunk()
    for _ in 0..<chunksPerEpoch where rest > 0 {
      try next(into: &chunk)
      for target in chunk.targets where target != Chunk.ignoredTarget { counts[Int(target)] += 1 }
      rest -= chunk.countedCharacters
    }
    _ = seek(to: Position())
    let total = Float(counts.reduce(0, +))
    // Not the C library's logarithm, which may differ from CPU to CPU.
    return counts.map { naturalLogarithm(Float($0) / total) }
  }
}
