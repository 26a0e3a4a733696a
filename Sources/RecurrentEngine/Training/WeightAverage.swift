/// An exponential moving average of the parameters, less noisy than those after one update (Polyak and Juditsky 1992).
final class WeightAverage {
  let parameters: FloatBuffer
  private let decay: Double

  /// - Parameter decay: The decay rate of the average at each update, from 0 to below 1; lower in the first updates, so
  ///   that the initial parameters are soon forgotten.
  init(of parameters: FloatBuffer, decay: Double) {
    self.decay = decay
    self.parameters = FloatBuffer(count: parameters.count)
    self.parameters.copy(from: parameters)
  }

  /// - Parameter updateCount: The number of updates so far, including the last.
  func add(_ newest: FloatBuffer, updateCount: Int, executor: ParallelExecutor) {
    let n = Double(updateCount)
    parameters.move(Float(1 - min(decay, (1 + n) / (10 + n))), to: newest, executor: executor)
  }
}

extension FloatBuffer {
  /// Moves every element by a fraction of its distance to the same element of another buffer.
  func move(_ share: Float, to target: FloatBuffer, executor: ParallelExecutor) {
    guard share > 0 else { return }
    let pieceSize = 16_384
    executor.run((count + pieceSize - 1) / pieceSize) { [self] piece in
      let first = piece * pieceSize
      let range = first..<min(first + pieceSize, count)
      let (values, targets) = (self[range], target[range])
      for index in values.indices { values[index] += share * (targets[index] - values[index]) }
    }
  }
}
