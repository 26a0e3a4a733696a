package import KernelTemplates

/// A recurrent network: its shape, its parameters, and the kernels that compute with it.
package struct RecurrentNetwork: Sendable {
  package let layout: ParameterLayout
  package let parameters: FloatBuffer
  package let kernels: KernelSet
  let cellKernels: KernelSet.Cell

  /// A network whose parameters are all zero.
  ///
  /// - Throws: `KernelSelectionError` if the environment names kernels that this CPU cannot run.
  package init(_ configuration: ModelConfiguration, kernels: KernelSet? = nil) throws(KernelSelectionError) {
    self.kernels = if let kernels { kernels } else { try KernelSelection.current.get() }
    cellKernels = self.kernels.cell(configuration.cell)
    layout = ParameterLayout(configuration)
    parameters = FloatBuffer(count: layout.size)
  }

  /// A network of the same shape that shares other parameters.
  package init(_ other: RecurrentNetwork, parameters: FloatBuffer) {
    precondition(parameters.count == other.layout.size, "the parameters are of another model")
    layout = other.layout
    kernels = other.kernels
    cellKernels = other.cellKernels
    self.parameters = parameters
  }

  package var configuration: ModelConfiguration { layout.configuration }

  /// The parameters under PyTorch's names, in its shapes, order and signs.
  package var pyTorchTensors: [(name: String, shape: [Int], elements: [Float])] {
    layout.pyTorchTensors.map { ($0.name, $0.shape, $0.elements(from: parameters)) }
  }
}
