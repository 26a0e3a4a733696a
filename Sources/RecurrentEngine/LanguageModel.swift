package import KernelTemplates

/// A character-level recurrent language model: vocabulary, configuration and parameters.
///
/// Trainers, samplers and evaluations read the parameters; only a trainer changes them, on one thread at a time.
public final class LanguageModel {
  /// The vocabulary.
  public let vocabulary: Vocabulary
  package let network: RecurrentNetwork
  /// False if the parameters are those of a snapshot.
  let isTrainable: Bool

  /// Creates a model with randomly initialized weights.
  ///
  /// - Throws: `KernelSelectionError` if the environment requests kernels that are not available.
  public convenience init(
    cell: RecurrentCell, hiddenSize: Int, layerCount: Int, vocabulary: Vocabulary, initialization: Initialization
  ) throws(KernelSelectionError) {
    try self.init(
      ModelConfiguration(
        cell: cell, vocabularySize: vocabulary.count, hiddenSize: hiddenSize, layerCount: layerCount),
      vocabulary: vocabulary, initialization: initialization)
  }

  /// Creates a model with randomly initialized weights. The vocabulary must have the size given in the configuration.
  ///
  /// - Throws: `KernelSelectionError` if the environment requests kernels that are not available.
  public convenience init(
    _ configuration: ModelConfiguration, vocabulary: Vocabulary, initialization: Initialization
  ) throws(KernelSelectionError) {
    try self.init(configuration, vocabulary: vocabulary)
    initialization.initialize(network)
  }

  /// Creates a model whose parameters are all zero.
  package init(
    _ configuration: ModelConfiguration, vocabulary: Vocabulary, kernels: KernelSet? = nil
  ) throws(KernelSelectionError) {
    precondition(configuration.vocabularySize == vocabulary.count, "the vocabulary has another size")
    self.vocabulary = vocabulary
    isTrainable = true
    network = try RecurrentNetwork(configuration, kernels: kernels)
  }

  /// Creates a model with the vocabulary and configuration of another one and with given parameters, which are shared.
  init(_ other: LanguageModel, parameters: FloatBuffer) {
    vocabulary = other.vocabulary
    isTrainable = true
    network = RecurrentNetwork(other.network, parameters: parameters)
  }

  /// Creates a model that computes with the weights of another one in a compact form.
  init(
    _ other: LanguageModel, _ weights: CompactWeights, kernels: KernelSet? = nil, servesAnySize: Bool = false
  ) throws(KernelSelectionError) {
    vocabulary = other.vocabulary
    network = try RecurrentNetwork(other.network, weights, kernels: kernels, servesAnySize: servesAnySize)
    isTrainable = false
  }

  init(immutable network: RecurrentNetwork, vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    self.network = network
    isTrainable = false
  }

  /// A copy that shares no parameters.
  package convenience init(copying other: LanguageModel) {
    self.init(other, parameters: FloatBuffer(count: other.layout.size))
    parameters.copy(from: other.parameters)
  }

  /// The model configuration: cell, sizes and options.
  public var configuration: ModelConfiguration { network.configuration }
  /// The name of the kernels that compute with this model, such as `avx2`; see ``KernelSelection``.
  public var kernelName: String { network.kernelName }

  /// Returns a model with the same weights as float32: itself, or a copy if the weights are of 8 or 16 bits. Only models
  /// of float32 weights can be trained.
  public func widened() -> LanguageModel { network.isCompact ? LanguageModel(copying: self) : self }

  package var layout: ParameterLayout { network.layout }
  package var parameters: FloatBuffer { network.parameters }
  package var kernels: KernelSet { network.kernels }

  /// The parameters with PyTorch's names, shapes, gate order and signs.
  package var pyTorchTensors: [(name: String, shape: [Int], elements: [Float])] { network.pyTorchTensors }

  /// Sets all parameters; the tensors must match ``pyTorchTensors`` in names and sizes.
  package func setParameters(pyTorchTensors tensors: [String: [Float]]) {
    precondition(isTrainable, "the parameters of a snapshot are immutable")
    parameters.fill(with: 0)
    for tensor in layout.pyTorchTensors {
      guard let elements = tensors[tensor.name] else { preconditionFailure("there is no tensor \(tensor.name)") }
      tensor.add(elements, to: parameters)
    }
  }
}
