/// The common interface of this module's language models, for callers that know the kind of cell only at run time.
/// States are `(layer, batch)`.
public protocol ReferenceLanguageModelProtocol: Sendable {
  /// All parameters by name; see ``NamedTensor`` for their order. In a gradient, the elements of the gradient.
  ///
  /// - Precondition: New values have the names, order and shapes of the old ones.
  var parameters: [NamedTensor] { get set }

  func makeZeroStates(batchSize: Int) -> [[CellState]]

  /// Returns the mean cross-entropy of the chunk's counted targets, in nats (0 if there are none), and the states after
  /// it.
  ///
  /// - Precondition: Every ID of the chunk is less than the vocabulary size; `initialStates` is `(layer, batch)`.
  func loss(
    of chunk: Chunk, from initialStates: [[CellState]], with regularization: Regularization
  ) -> (loss: Double, finalStates: [[CellState]])

  /// Returns the gradient of that loss: for the parameters, as a model of the same shape; for the initial states; and
  /// for the states after each step, (step, layer, batch), over all paths to the loss.
  ///
  /// - Precondition: The same as for the loss.
  func gradients(
    of chunk: Chunk, from initialStates: [[CellState]], with regularization: Regularization
  ) -> (parameters: Self, initialStates: [[CellState]], states: [[[CellState]]])

  /// Returns the parameters in PyTorch's names and layout, which
  /// ``RecurrentCell/makeLanguageModel(pyTorchTensors:connection:)`` reads.
  func pyTorchTensors() -> PyTorchTensors
}

extension ReferenceLanguageModelProtocol {
  /// Returns the loss without regularization.
  public func loss(
    of chunk: Chunk, from initialStates: [[CellState]]
  ) -> (loss: Double, finalStates: [[CellState]]) {
    loss(of: chunk, from: initialStates, with: .none)
  }

  /// Returns the gradient without regularization.
  public func gradients(
    of chunk: Chunk, from initialStates: [[CellState]]
  ) -> (parameters: Self, initialStates: [[CellState]], states: [[[CellState]]]) {
    gradients(of: chunk, from: initialStates, with: .none)
  }

  /// Returns the gradients of PyTorch's tensors, if this model holds gradients. In `bias_hh`, only that of b′ is
  /// nonzero.
  public func pyTorchGradients() -> [String: [Double]] {
    pyTorchTensors().mapValues(\.values)
  }
}
