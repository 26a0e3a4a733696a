internal import Dispatch

/// A trainer that takes one optimizer step per chunk: forward pass, loss, truncated BPTT, gradients, clipping,
/// optimizer.
public final class ChunkTrainer {
  /// The result of a training step.
  public struct Update: Sendable {
    /// The sum of the cross-entropy over the counted characters, in nats.
    public var lossSum: Double
    /// The number of predicted characters.
    public var countedCharacters: Int
    /// The global norm of the gradient of the mean loss, before clipping.
    public var gradientNorm: Double

    /// Whether the parameters were updated. A NaN or infinite loss or gradient never reaches the parameters.
    public var isFinite: Bool { lossSum.isFinite && gradientNorm.isFinite }
  }

  /// The seconds spent in the phases of all steps so far. Threads run through the first three phases without waiting
  /// for each other; the times there are those of the first thread.
  public struct PhaseTimes: Sendable {
    /// All layers, step by step.
    public var forward = 0.0
    /// Logits, softmax and cross-entropy, and the gradient of the last layer's output.
    public var softmax = 0.0
    /// All layers, backward through the steps.
    public var backward = 0.0
    /// Products of activations and gate gradients over all steps.
    public var weightGradients = 0.0
    /// Norm, clipping and optimizer.
    public var update = 0.0
    /// Transposition of the weights for the backward pass.
    public var packing = 0.0
  }

  /// The model to train.
  public let model: LanguageModel
  /// The maximum global norm of the gradient; nil for no clipping.
  public let clip: Double?
  /// The time spent in each phase so far.
  public private(set) var phaseTimes = PhaseTimes()
  /// The regularization during training.
  public let regularization: Regularization
  /// The number of chunks so far, including those of skipped steps.
  var step = 0
  let optimizer: Optimizer
  let workspace: Workspace
  let executor: ParallelExecutor
  private let seed: UInt64
  private let transposes: TransposedWeights
  private let recurrentDropout: RecurrentWeightDropout?
  private let computation: GradientComputation

  /// - Parameters:
  ///   - regularization: The regularization during training.
  ///   - seed: The random seed for dropout masks and state resets.
  ///   - chunkLength: The maximum number of time steps in a chunk.
  ///   - clip: The maximum global norm of the gradient; nil for no clipping.
  ///   - holdsSequences: Whether sequences can start within a chunk.
  public init(
    _ model: LanguageModel, optimizer: OptimizerConfiguration, clip: Double?,
    regularization: Regularization = Regularization(), seed: UInt64 = 1, batchSize: Int, chunkLength: Int,
    holdsSequences: Bool = false, threadCount: Int
  ) {
    self.model = model
    self.clip = clip
    self.regularization = regularization
    self.seed = seed
    self.optimizer = Optimizer(optimizer, parameterCount: model.layout.size)
    workspace = Workspace(
      model.configuration, batchSize: batchSize, stepCapacity: chunkLength, purpose: .training,
      regularization: regularization, holdsSequences: holdsSequences)
    executor = ParallelExecutor(threadCount: threadCount)
    transposes = TransposedWeights(model.layout)
    recurrentDropout = regularization.recurrentDropout > 0 ? RecurrentWeightDropout(model.layout) : nil
    computation = GradientComputation(model.layout, threadCount: threadCount)
  }

  /// Whether all parameters, and their squares, are finite.
  var hasFiniteParameters: Bool {
    Optimizer.norm(model.parameters, kernels: model.kernels, executor: executor).isFinite
  }

  /// The gradients of the last step with PyTorch's names, before clipping.
  package var pyTorchGradients: [(name: String, shape: [Int], elements: [Float])] {
    model.layout.pyTorchTensors.map { ($0.name, $0.shape, $0.elements(from: computation.gradients.pointer)) }
  }

  /// Trains on a chunk, which continues from the carried state unless it is the first of an epoch.
  ///
  /// If the loss or the gradient is NaN or infinite, the step is skipped: parameters, optimizer and carried state stay
  /// unchanged, except for rows whose state was reset before this chunk.
  ///
  /// - Parameter rateFactor: The factor by which the learning rate is multiplied.
  public func update(_ chunk: Chunk, rateFactor: Double = 1) -> Update {
    precondition(chunk.batchSize == workspace.batchSize && chunk.stepCount <= workspace.stepCapacity)
    precondition(chunk.sequenceStarts.isEmpty || workspace.holdsSequences, "no sequences were to start")
    var clock = PhaseClock()
    let masks = UpdateMasks(regularization, seed: seed, step: step)
    recurrentDropout?.drop(model.parameters, masks, kernels: model.kernels, executor: executor)
    let parameters = recurrentDropout?.parameters ?? model.parameters
    transposes.pack(parameters, kernels: model.kernels, executor: executor)
    if chunk.isFirstOfEpoch { workspace.resetState() }
    if let mask = masks.carriedState {
      for row in 0..<chunk.batchSize where mask.resets(row: row) { workspace.resetState(row: row) }
    }
    clock.end(\.packing, in: &phaseTimes)
    chunk.withPointers { inputs, targets, starts in
      runPasses(parameters, masks, inputs: inputs, targets: targets, starts: starts, chunk, &clock)
      computation.compute(
        workspace, characters: inputs, stepCount: chunk.stepCount, kernels: model.kernels, executor: executor)
    }
    recurrentDropout?.dropGradients(
      computation.gradients, masks, kernels: model.kernels, executor: executor)
    clock.end(\.weightGradients, in: &phaseTimes)
    let losses = workspace.losses.elements.prefix(chunk.stepCount * chunk.batchSize)
    let gradients = computation.gradients
    let update = Update(
      lossSum: losses.reduce(0.0) { $0 + Double($1) }, countedCharacters: chunk.countedCharacters,
      gradientNorm: Optimizer.norm(gradients, kernels: model.kernels, executor: executor))
    if update.isFinite {
      workspace.carryState(afterSteps: chunk.stepCount)
      let scale = clip.map { update.gradientNorm > $0 ? $0 / update.gradientNorm : 1 } ?? 1
      optimizer.update(
        model.parameters, gradients: gradients, gradientScale: Float(scale), rateFactor: rateFactor,
        kernels: model.kernels, executor: executor)
    }
    step += 1
    clock.end(\.update, in: &phaseTimes)
    return update
  }

  private func runPasses(
    _ parameters: FloatBuffer, _ masks: UpdateMasks, inputs: UnsafePointer<Int32>, targets: UnsafePointer<Int32>,
    starts: UnsafePointer<Bool>?, _ chunk: Chunk, _ clock: inout PhaseClock
  ) {
    let pass = RecurrentPass(
      RecurrentNetwork(model.network, parameters: parameters), workspace, transposes: transposes, characters: inputs,
      sequenceStarts: starts, stepCount: chunk.stepCount, masks: masks)
    let scale = 1 / Float(max(chunk.countedCharacters, 1))
    let smoothing = Float(regularization.labelSmoothing)
    // Written only by the first thread, and read after all threads have finished.
    nonisolated(unsafe) var times = phaseTimes
    nonisolated(unsafe) var firstClock = clock
    executor.runOnEachThread { thread in
      func end(_ phase: WritableKeyPath<PhaseTimes, Double>) {
        if thread == 0 { firstClock.end(phase, in: &times) }
      }
      let rows = rowShare(thread, of: executor.threadCount, rows: chunk.batchSize)
      pass.forward(rows: rows)
      end(\.forward)
      pass.computeLosses(targets: targets, scale: scale, smoothing: smoothing, rows: rows)
      end(\.softmax)
      pass.backward(rows: rows)
    }
    clock = firstClock
    clock.end(\.backward, in: &times)
    phaseTimes = times
  }
}

/// A clock that measures consecutive phases.
private struct PhaseClock {
  private var start = DispatchTime.now().uptimeNanoseconds

  mutating func end(
    _ phase: WritableKeyPath<ChunkTrainer.PhaseTimes, Double>, in times: inout ChunkTrainer.PhaseTimes
  ) {
    let now = DispatchTime.now().uptimeNanoseconds
    times[keyPath: phase] += Double(now - start) * 1e-9
    start = now
  }
}
