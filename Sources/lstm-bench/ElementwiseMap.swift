internal import KernelTemplates
internal import RecurrentEngine

/// A benchmark of an elementwise function, on data in the L1 cache.
struct ElementwiseMap {
  /// Returns the functions of the cells with their floating-point operations per element: 2 for a fused multiply-add,
  /// 0 for a comparison for clamping, 1 for a division.
  static func all(of kernels: KernelSet) -> [(name: String, map: KernelSet.Map, operations: Double)] {
    [
      ("exponential", kernels.exponential, 20), ("sigmoid", kernels.sigmoid, 23),
      ("hyperbolic_tangent", kernels.hyperbolicTangent, 24),
    ]
  }

  private static let count = 2048
  // About a millisecond, so that the wake-up time of the threads is negligible.
  private static let repetitions = 1024
  private let map: KernelSet.Map
  private let executor: ParallelExecutor
  private let arguments: FloatBuffer
  private let results: FloatBuffer  // (thread, count)

  init(_ map: @escaping KernelSet.Map, executor: ParallelExecutor) {
    self.map = map
    self.executor = executor
    arguments = .random(count: Self.count)
    results = FloatBuffer(count: Self.count * executor.threadCount)
  }

  /// Number of elements that a run computes.
  var elements: Double { Double(Self.count * Self.repetitions) * Double(executor.threadCount) }

  func run() {
    executor.runOnEachThread { thread in
      let arguments = arguments.pointer(at: 0, count: Self.count)
      let results = results.pointer(at: thread * Self.count, count: Self.count)
      for _ in 0..<Self.repetitions { map(arguments, Self.count, results) }
    }
  }
}
