internal import KernelTemplates
internal import RecurrentEngine

/// A benchmark of the Adam kernel, on as many parameters as the model has.
struct AdamUpdate {
  private let kernels: KernelSet
  private let executor: ParallelExecutor
  private let count: Int
  private let parameters: FloatBuffer
  private let gradients: FloatBuffer
  private let firstMoment: FloatBuffer
  private let secondMoment: FloatBuffer
  private let repetitions: Int

  init(_ model: ModelConfiguration, kernels: KernelSet, executor: ParallelExecutor) {
    self.kernels = kernels
    self.executor = executor
    count = ParameterLayout(model).size
    parameters = .random(count: count)
    gradients = .random(count: count)
    firstMoment = FloatBuffer(count: count)
    secondMoment = FloatBuffer(count: count)
    // About a millisecond, so that the wake-up time of the threads is negligible.
    repetitions = 1 + (1 << 22) / count
  }

  /// Bytes of the four buffers.
  var residentBytes: Double { 16 * Double(count) }

  /// Bytes that a run moves: for each parameter, four floats are read and three written.
  var movedBytes: Double { 28 * Double(count) * Double(repetitions) }

  func run() {
    let step = AdamStep(rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, secondMomentCorrection: 1)
    executor.runOnShares(of: 0..<count / columnWidth) { columns in
      let (first, count) = (columns.lowerBound * columnWidth, columns.count * columnWidth)
      for _ in 0..<repetitions {
        kernels.adam(
          step, count, parameters.pointer(at: first, count: count), gradients.pointer(at: first, count: count), 1,
          firstMoment.pointer(at: first, count: count), secondMoment.pointer(at: first, count: count))
      }
    }
  }
}
