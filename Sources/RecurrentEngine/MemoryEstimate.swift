internal import KernelTemplates

/// An estimate of the bytes that training, evaluation or generation needs, known before anything is allocated.
///
/// The initializers return nil if a size is not positive, or the total overflows `Int`.
public struct MemoryEstimate: Sendable, Equatable {
  /// The bytes for parameters and, in training, for gradients, optimizer moments and packed weights. Zero for
  /// evaluation, which changes no weight.
  public var parameterBytes: Int
  /// The bytes for activations and, in training, also for those of validation.
  public var activationBytes: Int

  /// The bytes for everything else: stacks of threads, text, messages, and a margin.
  public var otherBytes = Machine.reservedMemory

  /// The total number of bytes.
  public var totalBytes: Int { parameterBytes + activationBytes + otherBytes }

  static let bytesPerThread = SystemThread.stackByteCount

  /// Adds the parameters and activations of other work at the same time.
  public mutating func add(_ other: MemoryEstimate) {
    parameterBytes += other.parameterBytes
    activationBytes += other.activationBytes
  }

  /// Returns the sum of estimates of work at the same time; nil if one of them is nil, or there is none.
  public static func sum(of estimates: [MemoryEstimate?]) -> MemoryEstimate? {
    guard var sum = estimates.first ?? nil else { return nil }
    for estimate in estimates.dropFirst() {
      guard let estimate else { return nil }
      sum.add(estimate)
    }
    return sum
  }

  /// Estimates the memory for training, with `momentCount` optimizer moments for each parameter.
  ///
  /// - Parameters:
  ///   - configuration: The sizes of the model.
  ///   - batchSize: The number of sequences in parallel.
  ///   - chunkLength: The number of time steps of a chunk.
  ///   - validationBatchSize: The number of streams in validation.
  ///   - momentCount: The number of moments that the optimizer keeps for each parameter.
  ///   - regularization: The regularization in training.
  ///   - holdsSequences: Whether sequences can start within a chunk, as lines do.
  public init?(
    _ configuration: ModelConfiguration, batchSize: Int, chunkLength: Int, validationBatchSize: Int, momentCount: Int,
    regularization: Regularization = Regularization(), holdsSequences: Bool = false
  ) {
    guard Self.isCountable(configuration, batchSize: batchSize, chunkLength: chunkLength) else { return nil }

    let parameters = ParameterLayout(configuration).size
    // Parameters, gradients, the best parameters, the transposes, what is being saved, moments, and weights after
    // dropout.
    parameterBytes = 4 * parameters * (5 + momentCount + (regularization.recurrentDropout > 0 ? 1 : 0))
    let training = Workspace.Sizes(
      configuration, batchSize: batchSize, stepCapacity: chunkLength, purpose: .training,
      regularization: regularization, holdsSequences: holdsSequences)
    let validation = Workspace.Sizes(
      configuration, batchSize: validationBatchSize, stepCapacity: min(chunkLength, EvaluationPass.chunkLength),
      purpose: .inference, holdsSequences: holdsSequences)
    let layerCount = configuration.layerCount
    // There may be a test set, too.
    activationBytes = 4 * (training.total(layerCount: layerCount) + 2 * validation.total(layerCount: layerCount))
  }

  /// Estimates the memory for generating texts in parallel, including that for reading the model from its file.
  public init?(generating batchSize: Int, with configuration: ModelConfiguration) {
    guard Self.isCountable(configuration, batchSize: batchSize, chunkLength: 1) else { return nil }
    // The parameters, and the file's tensors until they are copied.
    parameterBytes = 4 * 2 * ParameterLayout(configuration).size
    // The prompt is read once for all texts.
    let floats = [1, batchSize].reduce(0) { sum, rows in
      let sizes = Workspace.Sizes(configuration, batchSize: rows, stepCapacity: 1, purpose: .inference)
      return sum + sizes.total(layerCount: configuration.layerCount)
    }
    activationBytes = 4 * floats
  }

  /// Estimates the memory for an ``EvaluationPass``.
  public init?(evaluating configuration: ModelConfiguration, streamCount: Int, holdsSequences: Bool = false) {
    let steps = EvaluationPass.chunkLength
    guard Self.isCountable(configuration, batchSize: streamCount, chunkLength: steps) else { return nil }
    let sizes = Workspace.Sizes(
      configuration, batchSize: streamCount, stepCapacity: steps, purpose: .inference,
      holdsSequences: holdsSequences)
    parameterBytes = 0
    activationBytes = 4 * sizes.total(layerCount: configuration.layerCount)
  }

  /// Estimates the memory for a ``GradientFlowMeasurement``, without the model.
  public init?(
    measuringGradientFlow configuration: ModelConfiguration, lagCount: Int, positionCount: Int,
    holdsSequences: Bool = false
  ) {
    let rows = min(positionCount, GradientFlowMeasurement.mostRows)
    guard lagCount > 0, lagCount < .max,
      Self.isCountable(configuration, batchSize: rows, chunkLength: lagCount + 1)
    else { return nil }
    let sizes = Workspace.Sizes(
      configuration, batchSize: rows, stepCapacity: lagCount + 1, purpose: .training, holdsSequences: holdsSequences)
    // The transposes.
    parameterBytes = 4 * ParameterLayout(configuration).size
    activationBytes =
      4 * sizes.total(layerCount: configuration.layerCount)
      + 8 * configuration.cell.stateCount * configuration.layerCount * (lagCount + 1) * rows
  }

  /// Returns whether the exact sizes cannot overflow, by an estimate in `Double`.
  private static func isCountable(_ configuration: ModelConfiguration, batchSize: Int, chunkLength: Int) -> Bool {
    let hidden = Double(configuration.hiddenSize) + 64
    let vocabulary = Double(configuration.vocabularySize) + 64
    let layers = Double(configuration.layerCount)
    let embedding = Double(configuration.embedding?.size ?? 0) + 64
    let positions = (Double(batchSize) + 64) * (Double(chunkLength) + 1)
    let bound =
      layers * 10 * hidden * (hidden + vocabulary + embedding) + embedding * vocabulary
      + positions * (layers * 24 * hidden + vocabulary + 2 * embedding)
    return configuration.isValid && batchSize > 0 && chunkLength > 0 && bound < 0x1p55
  }
}
