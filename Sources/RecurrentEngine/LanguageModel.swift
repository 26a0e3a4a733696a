package import KernelTemplates

/// A character-level recurrent language model: the vocabulary, the shape and the parameters.
///
/// Its parameters are read by trainers, samplers and evaluations and changed by a trainer alone, on one thread at a
/// time. Tasks share a ``snapshot()``.
public final class LanguageModel {
  /// The characters by their token IDs.
  public let vocabulary: Vocabulary
  package let network: RecurrentNetwork
  /// False if the parameters are those of a snapshot.
  let isTrainable: Bool

  /// A model with random weights.
  ///
  /// - Throws: `KernelSelectionError` if the environment asks for kernels that cannot be had.
  public convenience init(
    cell: RecurrentCell, hiddenSize: Int, layerCount: Int, vocabulary: Vocabulary, initialization: Initialization
  ) throws(KernelSelectionError) {
    try self.init(
      ModelConfiguration(
        cell: cell, vocabularySize: vocabulary.count, hiddenSize: hiddenSize, layerCount: layerCount),
      vocabulary: vocabulary, initialization: initialization)
  }

  /// A model of this shape with random weights. The vocabulary must have the size that the shape says.
  ///
  /// - Throws: `KernelSelectionError` if the environment asks for kernels that cannot be had.
  public convenience init(
    _ configuration: ModelConfiguration, vocabulary: Vocabulary, initialization: Initialization
  ) throws(KernelSelectionError) {
    try self.init(configuration, vocabulary: vocabulary)
    initialization.initialize(network)
  }

  /// A model whose parameters are all zero.
  package init(
    _ configuration: ModelConfiguration, vocabulary: Vocabulary, kernels: KernelSet? = nil
  ) throws(KernelSelectionError) {
    precondition(configuration.vocabularySize == vocabulary.count, "the vocabulary has another size")
    self.vocabulary = vocabulary
    isTrainable = true
    network = try RecurrentNetwork(configuration, kernels: kernels)
  }

  /// A model with the vocabulary of another, and other parameters, which it shares.
  init(_ other: LanguageModel, parameters: FloatBuffer) {
    vocabulary = other.vocabulary
    isTrainable = true
    network = RecurrentNetwork(other.network, parameters: parameters)
  }

  /// A model with the parameters of a snapshot.
  init(immutable network: RecurrentNetwork, vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    self.network = network
    isTrainable = false
  }

  /// A copy with parameters of its own.
  package convenience init(copying other: LanguageModel) {
    self.init(other, parameters: FloatBuffer(count: other.layout.size))
    parameters.copy(from: other.parameters)
  }

  /// The shape.
  public var configuration: ModelConfiguration { network.configuration }
  /// The name of the kernels that compute with this model: `portable`, `avx2` or `avx512`.
  public var kernelName: String { network.kernels.name }

  package var layout: ParameterLayout { network.layout }
  package var parameters: FloatBuffer { network.parameters }
  package var kernels: KernelSet { network.kernels }

  /// The parameters under PyTorch's names, in its shapes, order and signs.
  package var pyTorchTensors: [(name: String, shape: [Int], elements: [Float])] { network.pyTorchTensors }

  /// Sets all parameters; the tensors must be those of ``pyTorchTensors``, in names and sizes.
  package func setParameters(pyTorchTensors tensors: [String: [Float]]) {
    precondition(isTrainable, "the parameters of a snapshot are immutable")
    parameters.fill(with: 0)
    for tensor in layout.pyTorchTensors {
      guard let elements = tensors[tensor.name] else { preconditionFailure("there is no tensor \(tensor.name)") }
      tensor.add(elements, to: parameters)
    }
  }
}
