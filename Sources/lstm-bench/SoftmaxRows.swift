internal import KernelTemplates
internal import RecurrentEngine

/// A benchmark of softmax with cross-entropy and its gradient, on the logits of one step.
struct SoftmaxRows {
  /// Floating-point operations for each logit: two exponentials and the arithmetic around them.
  static let operationsPerElement = 45.0

  private let model: ModelConfiguration
  private let batchSize: Int
  private let kernels: KernelSet
  private let executor: ParallelExecutor
  private let blocks: Blocks
  private let logits: FloatBuffer  // (block, batch, character)
  private let losses: FloatBuffer  // (batch)
  private let targets: Buffer<Int32>  // (batch)
  private let repetitions: Int

  init(_ model: ModelConfiguration, batchSize: Int, kernels: KernelSet, executor: ParallelExecutor) {
    self.model = model
    self.batchSize = batchSize
    self.kernels = kernels
    self.executor = executor
    blocks = Blocks(units: model.vocabularySize, gates: 1)
    logits = .random(count: blocks.size(rows: batchSize))
    losses = FloatBuffer(count: batchSize)
    targets = Buffer(count: batchSize)
    for row in 0..<batchSize { targets[row] = Int32(row % model.vocabularySize) }
    // About a millisecond, so that waking the threads does not count.
    repetitions = 1 + (1 << 20) / (batchSize * model.vocabularySize)
  }

  /// Number of logits that a run replaces by gradients. Repetitions take earlier gradients as logits.
  var elements: Double { Double(repetitions) * Double(batchSize) * Double(model.vocabularySize) }

  func run() {
    executor.runOnShares(of: 0..<batchSize) { rows in
      guard !rows.isEmpty else { return }
      let logits = BlockedRows(logits.view, blocks, rows: rows, of: batchSize, gates: 0..<1)
      for _ in 0..<repetitions {
        kernels.softmaxCrossEntropy(
          rows.count, logits, model.vocabularySize, targets.pointer(at: rows.lowerBound, count: rows.count), 1, 0,
          losses.pointer(at: rows.lowerBound, count: rows.count), true)
      }
    }
  }
}
