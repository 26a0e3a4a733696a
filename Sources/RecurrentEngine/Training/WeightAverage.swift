/// An exponential moving average of the parameters, less noisy than those after one update (Polyak and Juditsky 1992).
final class WeightAverage {
  let parameters: FloatBuffer
  private let decay: Double

  /// The number of floats that one work item updates.
  private static let pieceSize = 16_384

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
    let share = Float(1 - min(decay, (1 + n) / (10 + n)))
    let count = parameters.count
    executor.run((count + Self.pieceSize - 1) / Self.pieceSize) { [parameters] piece in
      let first = piece * Self.pieceSize
      let range = first..<min(first + Self.pieceSize, count)
      let (averages, values) = (parameters[range], newest[range])
      for index in averages.indices { averages[index] += share * (values[index] - averages[index]) }
    }
  }
}
