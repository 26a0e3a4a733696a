extension KernelSet {
  /// The kernels of a cell, one per gate group: `forward` in group order, `backward` in reverse order.
  public struct Cell: Sendable {
    public var forward: [CellKernel]
    public var backward: [CellKernel]
    /// The same kernels with layer normalization: they start from complete pre-activations and compute no product.
    public var normalizedForward: [CellKernel]
    public var normalizedBackward: [CellKernel]

    // Not one initializer with arrays: an array of functions would put weak symbols into the kernel modules.
    public init(
      forward: @escaping CellKernel, backward: @escaping CellKernel, normalizedForward: @escaping CellKernel,
      normalizedBackward: @escaping CellKernel
    ) {
      self.forward = [forward]
      self.backward = [backward]
      self.normalizedForward = [normalizedForward]
      self.normalizedBackward = [normalizedBackward]
    }

    public init(
      firstForward: @escaping CellKernel, secondForward: @escaping CellKernel,
      secondBackward: @escaping CellKernel, firstBackward: @escaping CellKernel,
      firstNormalizedForward: @escaping CellKernel, secondNormalizedForward: @escaping CellKernel
    ) {
      self.forward = [firstForward, secondForward]
      self.backward = [firstBackward, secondBackward]
      self.normalizedForward = [firstNormalizedForward, secondNormalizedForward]
      self.normalizedBackward = self.backward
    }

    /// Forward kernels alone, which start from complete pre-activations with and without layer normalization.
    public init(forwardOfSums: @escaping CellKernel, normalizedForward: CellKernel? = nil) {
      forward = [forwardOfSums]
      backward = []
      self.normalizedForward = [normalizedForward ?? forwardOfSums]
      normalizedBackward = []
    }

    /// Forward kernels alone of two groups.
    public init(firstForwardOfSums: @escaping CellKernel, secondForwardOfSums: @escaping CellKernel) {
      forward = [firstForwardOfSums, secondForwardOfSums]
      backward = []
      normalizedForward = forward
      normalizedBackward = []
    }
  }
}
