internal import KernelTemplates
internal import RecurrentEngine

// The kernels that go over their data element by element, repeated for about a millisecond so that waking the threads
// does not count.

/// A function of each element, on data that stays in the first-level cache.
struct ElementwiseMap {
  /// The functions of the cells, with the floating-point operations of one element: a fused multiply-add is two, a
  /// comparison for clamping none, a division one.
  static func all(of kernels: KernelSet) -> [(name: String, map: KernelSet.Map, operations: Double)] {
    [
      ("exponential", kernels.exponential, 20), ("sigmoid", kernels.sigmoid, 23),
      ("hyperbolic_tangent", kernels.hyperbolicTangent, 24),
    ]
  }

  private static let count = 2048
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

  /// Elements that a run maps.
  var elements: Double { Double(Self.count * Self.repetitions) * Double(executor.threadCount) }

  func run() {
    executor.runOnEachThread { thread in
      for _ in 0..<Self.repetitions { map(arguments.pointer, Self.count, results.pointer + thread * Self.count) }
    }
  }
}

/// Softmax with cross-entropy and its gradient, on the logits of one step.
struct SoftmaxRows {
  /// Two exponentials with the arithmetic around them.
  static let operationsPerElement = 45.0

  private let model: ModelConfiguration
  private let batchSize: Int
  private let kernels: KernelSet
  private let executor: ParallelExecutor
  private let blocks: Blocks
  private let logits: FloatBuffer  // (block, batch, character)
  private let losses: FloatBuffer  // (batch)
  private let targets: [Int32]
  private let repetitions: Int

  init(_ model: ModelConfiguration, batchSize: Int, kernels: KernelSet, executor: ParallelExecutor) {
    self.model = model
    self.batchSize = batchSize
    self.kernels = kernels
    self.executor = executor
    blocks = Blocks(units: model.vocabularySize, gates: 1)
    logits = .random(count: blocks.size(rows: batchSize))
    losses = FloatBuffer(count: batchSize)
    targets = (0..<batchSize).map { Int32($0 % model.vocabularySize) }
    repetitions = 1 + (1 << 20) / (batchSize * model.vocabularySize)
  }

  /// Logits that a run replaces by gradients; from the second time on, gradients by others.
  var elements: Double { Double(repetitions) * Double(batchSize) * Double(model.vocabularySize) }

  func run() {
    targets.withUnsafeBufferPointer { targets in
      guard let targets = targets.baseAddress else { return }
      nonisolated(unsafe) let firstTarget = targets
      executor.runOnEachThread { thread in
        let rows = rowShare(thread, of: executor.threadCount, rows: batchSize)
        guard !rows.isEmpty else { return }
        let logits = BlockedRows(
          logits.pointer, blocks, rows: batchSize, firstRow: rows.lowerBound, firstGate: 0, gateCount: 1)
        for _ in 0..<repetitions {
          kernels.softmaxCrossEntropy(
            rows.count, logits, model.vocabularySize, firstTarget + rows.lowerBound, 1,
            losses.pointer + rows.lowerBound, true)
        }
      }
    }
  }
}

/// Updates of as many parameters as the model has.
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
    repetitions = 1 + (1 << 22) / count
  }

  /// Bytes of the four buffers.
  var residentBytes: Double { 16 * Double(count) }

  /// Bytes that a run moves: four floats of each parameter are read, three written.
  var movedBytes: Double { 28 * Double(count) * Double(repetitions) }

  func run() {
    let step = AdamStep(rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, secondMomentCorrection: 1)
    executor.runOnEachThread { thread in
      let columns = rowShare(thread, of: executor.threadCount, rows: count / columnWidth)
      let first = columns.lowerBound * columnWidth
      for _ in 0..<repetitions {
        kernels.adam(
          step, columns.count * columnWidth, parameters.pointer + first, gradients.pointer + first, 1,
          firstMoment.pointer + first, secondMoment.pointer + first)
      }
    }
  }
}
