/// An exponential average of the parameters over the updates, which is smoother than what any of them leaves (Polyak and
/// Juditsky 1992).
final class WeightAverage {
  let parameters: FloatBuffer
  private let decay: Double

  /// Floats that one piece of work updates.
  private static let pieceSize = 16_384

  /// - Parameter decay: Of the average at each update, from 0 to below 1; in the first updates it is less, so that what
  ///   a run starts from is soon forgotten.
  init(of parameters: FloatBuffer, decay: Double) {
    self.decay = decay
    self.parameters = FloatBuffer(count: parameters.count)
    self.parameters.copy(from: parameters)
  }

  /// - Parameter updateCount: The updates until now, the last included.
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
