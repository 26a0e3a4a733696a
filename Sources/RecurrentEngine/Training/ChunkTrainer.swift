internal import Dispatch

/// One update from one chunk: forward, loss, truncated BPTT, gradients, clipping, optimizer.
public final class ChunkTrainer {
  /// What an update was like.
  public struct Update: Sendable {
    /// Sum of the cross-entropy over the counted characters, in nats.
    public var lossSum: Double
    public var countedCharacters: Int
    /// Global norm of the gradient of the mean loss, before clipping.
    public var gradientNorm: Double
  }

  /// Seconds spent in the phases of all updates so far.
  public struct PhaseTimes: Sendable {
    public var passes = 0.0
    public var weightGradients = 0.0
    public var update = 0.0
    public var packing = 0.0
  }

  public let model: LanguageModel
  /// The largest global norm of the gradient; nil for no clipping.
  public let clip: Double?
  public private(set) var phaseTimes = PhaseTimes()
  let optimizer: Optimizer
  let workspace: Workspace
  private let executor: ParallelExecutor
  private let transposes: TransposedWeights
  private let computation: GradientComputation

  /// - Parameters:
  ///   - chunkLength: The most steps of a chunk.
  ///   - clip: The largest global norm of the gradient; nil for no clipping.
  public init(
    _ model: LanguageModel, optimizer: OptimizerConfiguration, clip: Double?, batchSize: Int, chunkLength: Int,
    threadCount: Int
  ) {
    self.model = model
    self.clip = clip
    self.optimizer = Optimizer(optimizer, parameterCount: model.layout.size)
    workspace = Workspace(
      model.configuration, batchSize: batchSize, stepCapacity: chunkLength, purpose: .training)
    executor = ParallelExecutor(threadCount: threadCount)
    transposes = TransposedWeights(model.layout)
    computation = GradientComputation(model.layout)
  }

  /// Gradients of the last update under PyTorch's names, before clipping.
  package var pyTorchGradients: [(name: String, shape: [Int], elements: [Float])] {
    model.layout.pyTorchTensors.map { ($0.name, $0.shape, $0.elements(from: computation.gradients.pointer)) }
  }

  /// Learns from a chunk, whose state goes on from the chunk before unless it is the first of an epoch.
  public func update(_ chunk: Chunk) -> Update {
    precondition(chunk.batchSize == workspace.batchSize && chunk.stepCount <= workspace.stepCapacity)
    let start = DispatchTime.now().uptimeNanoseconds
    transposes.pack(model.parameters, kernels: model.kernels, executor: executor)
    let packed = DispatchTime.now().uptimeNanoseconds
    if chunk.isFirstOfEpoch { workspace.resetState() }
    var passed = packed
    chunk.inputs.withUnsafeBufferPointer { inputs in
      chunk.targets.withUnsafeBufferPointer { targets in
        guard let inputs = inputs.baseAddress, let targets = targets.baseAddress else { return }
        runPasses(inputs: inputs, targets: targets, chunk)
        passed = DispatchTime.now().uptimeNanoseconds
        computation.compute(
          workspace, characters: inputs, stepCount: chunk.stepCount, kernels: model.kernels, executor: executor)
      }
    }
    let summed = DispatchTime.now().uptimeNanoseconds
    workspace.carryState(afterSteps: chunk.stepCount)
    let gradients = computation.gradients
    let norm = Optimizer.norm(gradients, kernels: model.kernels, executor: executor)
    let scale = clip.map { norm > $0 ? $0 / norm : 1 } ?? 1
    optimizer.update(
      model.parameters, gradients: gradients, gradientScale: Float(scale), kernels: model.kernels, executor: executor)

    phaseTimes.packing += Double(packed - start) * 1e-9
    phaseTimes.passes += Double(passed - packed) * 1e-9
    phaseTimes.weightGradients += Double(summed - passed) * 1e-9
    phaseTimes.update += Double(DispatchTime.now().uptimeNanoseconds - summed) * 1e-9
    let losses = workspace.losses.elements.prefix(chunk.stepCount * chunk.batchSize)
    return Update(
      lossSum: losses.reduce(0.0) { $0 + Double($1) }, countedCharacters: chunk.countedCharacters, gradientNorm: norm)
  }

  private func runPasses(inputs: UnsafePointer<Int32>, targets: UnsafePointer<Int32>, _ chunk: Chunk) {
    let pass = RecurrentPass(
      kernels: model.kernels, layout: model.layout, parameters: model.parameters, transposes: transposes,
      workspace: workspace, characters: inputs, stepCount: chunk.stepCount)
    let scale = 1 / Float(max(chunk.countedCharacters, 1))
    executor.runOnEachThread { thread in
      let rows = rowShare(thread, of: executor.threadCount, rows: chunk.batchSize)
      guard !rows.isEmpty else { return }
      pass.forward(rows: rows)
      pass.computeLosses(targets: targets, scale: scale, rows: rows)
      pass.backward(rows: rows)
    }
  }
}
