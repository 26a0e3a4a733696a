public import MessagePassing
internal import Synchronization
internal import SystemCalls

/// A trainer that takes one optimizer step per chunk: forward pass, loss, truncated BPTT, clipping, optimizer.
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
  public var phaseTimes: PhaseTimes { clock.times }
  /// The regularization during training.
  public let regularization: Regularization
  /// The number of chunks so far, including those of skipped steps.
  var step = 0
  let optimizer: Optimizer
  /// The inputs and activations of the rows of this process.
  let workspace: Workspace
  /// The rows of the mini-batch that this process computes.
  let rows: Range<Int>
  let processes: any ProcessGroup
  let executor: ParallelExecutor
  private let seed: UInt64
  private let transposes: TransposedWeights
  private let recurrentDropout: RecurrentWeightDropout?
  private let shards: Shards
  private let weightGradients: WeightGradientPass
  private let exchange: GradientExchange
  private let clock = PhaseClock()
  private var division: DivisionChoice

  /// Creates a trainer with a zero state, and allocates its buffers.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - optimizer: The optimizer with its settings.
  ///   - clip: The maximum gradient norm; nil for no clipping.
  ///   - regularization: The regularization in training.
  ///   - seed: The random seed for dropout masks and state resets.
  ///   - batchSize: The number of sequences in parallel.
  ///   - shardCount: The number of parts of a mini-batch whose gradients are summed separately: a power of two that
  ///     divides `batchSize`.
  ///   - chunkLength: The maximum number of time steps in a chunk.
  ///   - holdsSequences: Whether sequences can start within a chunk.
  ///   - threadCount: The number of threads; the results do not depend on it.
  ///   - processes: The processes that share the rows of each mini-batch, at most as many as shards; the results do not
  ///     depend on their number.
  public init(
    _ model: LanguageModel, optimizer: OptimizerConfiguration, clip: Double?,
    regularization: Regularization = Regularization(), seed: UInt64 = 1, batchSize: Int, shardCount: Int = 1,
    chunkLength: Int, holdsSequences: Bool = false, threadCount: Int, processes: any ProcessGroup = SingleProcess()
  ) {
    precondition(model.isTrainable, "a model of a snapshot or with weights of 8 or 16 bits cannot be trained")
    self.model = model
    self.clip = clip
    self.regularization = regularization
    self.seed = seed
    self.processes = processes
    self.optimizer = Optimizer(optimizer, parameterCount: model.layout.size)
    rows = (0..<batchSize).share(processes.index, of: processes.count)
    shards = Shards(shardCount / processes.count, batchSize: rows.count)
    workspace = Workspace(
      model.configuration, batchSize: rows.count, stepCapacity: chunkLength, purpose: .training,
      regularization: regularization, holdsSequences: holdsSequences)
    executor = ParallelExecutor(threadCount: threadCount)
    let divisions = PassDivision.possible(
      model.layout, threadCount: executor.threadCount, holdsSequences: holdsSequences)
    division = DivisionChoice(divisions)
    transposes = TransposedWeights(model.layout, partCount: divisions.contains(.units) ? executor.threadCount : 1)
    recurrentDropout = regularization.recurrentDropout > 0 ? RecurrentWeightDropout(model.layout) : nil
    weightGradients = WeightGradientPass(model.layout, shards, threadCount: threadCount)
    exchange = GradientExchange(processes, size: model.layout.size)
  }

  /// Whether all parameters, and their squares, are finite.
  var hasFiniteParameters: Bool {
    Optimizer.norm(model.parameters, kernels: model.kernels, executor: executor).isFinite
  }

  /// Divides all passes among the threads in this way instead of choosing the faster one.
  package func useOnly(_ division: PassDivision) { self.division.useOnly(division) }

  /// The gradients of the last step with PyTorch's names, before clipping.
  package var pyTorchGradients: [(name: String, shape: [Int], elements: [Float])] {
    model.layout.pyTorchTensors.map { ($0.name, $0.shape, $0.elements(from: weightGradients.gradients)) }
  }

  /// Trains on a chunk, with the learning rate times `rateFactor`. The chunk continues from the carried state unless it
  /// is the first of an epoch.
  ///
  /// If the loss or the gradient is NaN or infinite, the step is skipped: parameters, optimizer and carried state stay
  /// unchanged, except for rows whose state was reset before this chunk.
  public func update(_ chunk: Chunk, rateFactor: Double = 1) -> Update {
    update(chunk, countedCharacters: chunk.countedCharacters, rateFactor: rateFactor)
  }

  /// Trains on a chunk, of which the processes have different rows.
  ///
  /// - Parameters:
  ///   - chunk: The rows of this process.
  ///   - countedCharacters: The number of predictions that count in the rows of all processes.
  ///   - rateFactor: The factor of the learning rate.
  package func update(_ chunk: Chunk, countedCharacters: Int, rateFactor: Double) -> Update {
    precondition(chunk.batchSize == workspace.batchSize && chunk.stepCount <= workspace.stepCapacity)
    precondition(chunk.sequenceStarts.isEmpty || workspace.holdsSequences, "no sequences were to start")
    clock.start()
    let masks = UpdateMasks(regularization, seed: seed, step: step, firstRow: rows.lowerBound)
    recurrentDropout?.drop(model.parameters, masks, kernels: model.kernels, executor: executor)
    let parameters = recurrentDropout?.parameters ?? model.parameters
    transposes.pack(parameters, kernels: model.kernels, executor: executor)
    if chunk.isFirstOfEpoch { workspace.resetState() }
    if let mask = masks.carriedState {
      for row in 0..<chunk.batchSize where mask.resets(row: row) { workspace.resetState(rows: row..<row + 1) }
    }
    clock.end(\.packing)
    if chunk.stepCount > 0 {
      runPasses(parameters, masks, chunk, countedCharacters)
      weightGradients.compute(workspace, stepCount: chunk.stepCount, kernels: model.kernels, executor: executor)
    }
    let gradients = weightGradients.gradients
    exchange.sum(gradients, executor: executor)
    recurrentDropout?.dropGradients(gradients, masks, kernels: model.kernels, executor: executor)
    clock.end(\.weightGradients)
    let update = Update(
      lossSum: lossSum(of: chunk), countedCharacters: countedCharacters,
      gradientNorm: Optimizer.norm(gradients, kernels: model.kernels, executor: executor))
    if update.isFinite {
      workspace.carryState(afterSteps: chunk.stepCount)
      // Gradient clipping by the global norm (Pascanu et al. 2013); the optimizer's kernel multiplies by the scale.
      let scale = clip.map { update.gradientNorm > $0 ? $0 / update.gradientNorm : 1 } ?? 1
      optimizer.update(
        model.parameters, gradients: gradients, gradientScale: Float(scale), rateFactor: rateFactor,
        kernels: model.kernels, executor: executor)
    }
    step += 1
    clock.end(\.update)
    return update
  }

  /// The sum of the cross-entropy of all shards, each added in the order of steps and rows.
  private func lossSum(of chunk: Chunk) -> Double {
    let losses = model.losses(workspace, of: chunk)
    let own = (0..<shards.count).map { shard in
      var sum = 0.0
      for step in 0..<chunk.stepCount {
        for row in shards.rows(of: shard) { sum += Double(losses[step * workspace.batchSize + row]) }
      }
      return sum
    }
    return Shards.sum(processes.gather(own)[...])
  }

  private func runPasses(
    _ parameters: FloatBuffer, _ masks: UpdateMasks, _ chunk: Chunk, _ countedCharacters: Int
  ) {
    workspace.load(chunk)
    let pass = RecurrentPass(
      RecurrentNetwork(model.network, parameters: parameters), workspace, transposes: transposes,
      stepCount: chunk.stepCount, masks: masks)
    let scale = 1 / Float(max(countedCharacters, 1))
    let rows = 0..<chunk.batchSize
    let start = secondsNow()
    executor.runOnEachThread { [clock, executor, regularization, division = division.current] thread in
      func end(_ phase: WritableKeyPath<PhaseTimes, Double>) {
        if thread == 0 { clock.end(phase) }
      }
      let share = PassShare(of: rows, division, executor, thread: thread)
      pass.forward(share)
      end(\.forward)
      pass.computeLosses(scale: scale, share, regularization)
      end(\.softmax)
      pass.backward(share)
    }
    division.note(secondsPerStep: (secondsNow() - start) / Double(chunk.stepCount))
    clock.end(\.backward)
  }
}

private final class PhaseClock: Sendable {
  private let state = Mutex((phaseStart: 0.0, times: ChunkTrainer.PhaseTimes()))

  var times: ChunkTrainer.PhaseTimes { state.withLock(\.times) }

  func start() {
    state.withLock { $0.phaseStart = secondsNow() }
  }

  func end(_ phase: WritableKeyPath<ChunkTrainer.PhaseTimes, Double>) {
    state.withLock { state in
      let now = secondsNow()
      state.times[keyPath: phase] += now - state.phaseStart
      state.phaseStart = now
    }
  }
}
