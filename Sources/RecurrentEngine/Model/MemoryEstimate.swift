internal import KernelTemplates

/// Bytes that training allocates, known before anything is allocated.
public struct MemoryEstimate: Sendable, Equatable {
  /// Parameters, gradients, moments of the optimizer and packed weights.
  public var parameterBytes: Int
  /// Activations of training and of validation.
  public var activationBytes: Int

  public var totalBytes: Int { parameterBytes + activationBytes }

  /// - Returns: Nil if the need does not even fit an `Int`.
  /// - Parameter momentCount: Numbers that the optimizer keeps for each parameter.
  public init?(
    _ configuration: ModelConfiguration, batchSize: Int, chunkLength: Int, validationBatchSize: Int, momentCount: Int
  ) {
    // An estimate in Double first: with it in bounds, the exact sizes cannot overflow.
    let hidden = Double(configuration.hiddenSize) + 64
    let vocabulary = Double(configuration.vocabularySize) + 64
    let layers = Double(configuration.layerCount)
    let positions = (Double(batchSize) + 64) * (Double(chunkLength) + 1)
    let bound = layers * 8 * hidden * (hidden + vocabulary) + positions * (layers * 8 * hidden + vocabulary)
    guard configuration.isValid, bound < 0x1p55 else { return nil }

    let parameters = ParameterLayout(configuration).size
    // Parameters, gradients, the best parameters, moments, and the transposes.
    parameterBytes = 4 * parameters * (4 + momentCount)
    let training = Workspace.Sizes(
      configuration, batchSize: batchSize, stepCapacity: chunkLength, purpose: .training)
    let validation = Workspace.Sizes(
      configuration, batchSize: validationBatchSize, stepCapacity: min(chunkLength, Evaluation.chunkLength),
      purpose: .inference)
    let layerCount = configuration.layerCount
    activationBytes = 4 * (training.total(layerCount: layerCount) + validation.total(layerCount: layerCount))
  }
}
