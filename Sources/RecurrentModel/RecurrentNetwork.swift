package import KernelTemplates

/// A recurrent network: its shape, its parameters, and the kernels that compute with it.
package struct RecurrentNetwork: Sendable {
  package let layout: ParameterLayout
  package let parameters: FloatBuffer
  package let kernels: KernelSet
  let cellKernels: KernelSet.Cell
  let compact: CompactNetwork?  // nil for float weights

  /// A network whose parameters are all zero.
  ///
  /// - Throws: `KernelSelectionError` if the environment names kernels that this CPU cannot run.
  package init(_ configuration: ModelConfiguration, kernels: KernelSet? = nil) throws(KernelSelectionError) {
    self.kernels = if let kernels { kernels } else { try KernelSelection.current.get() }
    cellKernels = self.kernels.cell(configuration.cell)
    layout = ParameterLayout(configuration)
    parameters = FloatBuffer(count: layout.size)
    compact = nil
  }

  /// A network that computes with the weights of `other` in a compact form, and shares its parameters.
  ///
  /// - Parameters:
  ///   - kernels: The kernels for these weights; nil for those of this process.
  ///   - servesAnySize: Whether bfloat16 numbers are read even if the floats fit a cache.
  /// - Throws: `KernelSelectionError` if the environment names kernels that this CPU cannot run.
  package init(
    _ other: RecurrentNetwork, _ weights: CompactWeights, kernels: KernelSet? = nil, servesAnySize: Bool = false
  ) throws(KernelSelectionError) {
    self.kernels = other.kernels
    cellKernels = other.cellKernels
    layout = other.layout
    parameters = other.parameters
    let compactKernels: KernelSet
    if let kernels {
      compactKernels = kernels
    } else {
      switch weights {
      case .int8: compactKernels = try KernelSelection.currentQuantized.get()
      case .bfloat16: compactKernels = try KernelSelection.currentBFloat16.get()
      }
    }
    compact = CompactNetwork(layout, parameters, weights, compactKernels, servesAnySize: servesAnySize)
  }

  /// A network of the same shape that shares other parameters, with float weights.
  package init(_ other: RecurrentNetwork, parameters: FloatBuffer) {
    precondition(parameters.count == other.layout.size, "the parameters are of another model")
    layout = other.layout
    kernels = other.kernels
    cellKernels = other.cellKernels
    self.parameters = parameters
    compact = nil
  }

  /// A copy that shares no parameters.
  package init(copying other: RecurrentNetwork) {
    layout = other.layout
    kernels = other.kernels
    cellKernels = other.cellKernels
    parameters = FloatBuffer(count: layout.size)
    parameters.copy(from: other.parameters)
    compact = other.compact
  }

  /// Whether the network computes with weights of 8 or 16 bits, and cannot be trained.
  package var isCompact: Bool { compact != nil }

  /// The kernels that compute with logits.
  package var logitKernels: KernelSet { quantized?.kernels ?? kernels }

  /// The name of the kernels that compute with the network.
  package var kernelName: String { logitKernels.name }

  /// The scales of the rows of each quantized tensor by its name in checkpoints; empty unless the weights are quantized.
  package var scales: [String: [Float]] { compact?.scales ?? [:] }

  private var quantized: CompactNetwork? { compact.flatMap { $0.isQuantized ? $0 : nil } }

  package var configuration: ModelConfiguration { layout.configuration }

  /// The parameters under PyTorch's names, in its shapes, order and signs.
  package var pyTorchTensors: [(name: String, shape: [Int], elements: [Float])] {
    layout.pyTorchTensors.map { ($0.name, $0.shape, $0.elements(from: parameters)) }
  }
}
