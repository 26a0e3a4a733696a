extension TrainingConfiguration {
  /// Whether training with these values is possible: a file may contain values that no tool would have accepted.
  var isValid: Bool {
    let counts = 1...Int(Int32.max)
    return counts.contains(batchSize) && counts.contains(chunkLength) && optimizer.isValid
      && clip.map { $0.isFinite && $0 > 0 } != false
      && schedule.isValid && (0..<1).contains(averageDecay ?? 0) && regularization.isValid
      && (0..<1).contains(validationFraction) && (0..<1).contains(division.testFraction)
      && validationFraction + division.testFraction < 1 && division.validationRecordCount.map { $0 > 0 } != false
      && initialization.forgetBias.isFinite && Self.shardCounts.contains(shardCount)
      && Shards.isPossible(shardCount) && batchSize % shardCount == 0
  }
}

extension OptimizerConfiguration {
  fileprivate var isValid: Bool {
    learningRate.isFinite && learningRate >= 0 && epsilon.isFinite && epsilon > 0
      && (0...10).contains(weightDecay ?? 0)
      && [beta1, beta2, momentum, rmsPropDecay].allSatisfy((0..<1).contains)
  }
}
