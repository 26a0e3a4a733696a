/// What every language model of this module can do, whatever its cell: for callers that learn the kind of cell only
/// when they run. States are `(layer, batch)`.
public protocol ReferenceLanguageModelProtocol: Sendable {
  /// All parameters by name; see ``NamedTensor`` for their order. Of a gradient, these are its numbers.
  ///
  /// - Precondition: What is set has the names, order and shapes of what was there.
  var parameters: [NamedTensor] { get set }

  func makeZeroStates(batchSize: Int) -> [[CellState]]

  /// The mean cross-entropy of the chunk's counted targets, in nats (0 if there are none), and the states after it.
  ///
  /// - Precondition: Every id of the chunk is less than the vocabulary's size; `initialStates` is `(layer, batch)`.
  func loss(
    of chunk: Chunk, from initialStates: [[CellState]], with regularization: Regularization
  ) -> (loss: Double, finalStates: [[CellState]])

  /// The gradient of that loss, for the parameters as a model of the same shape, for the initial states, and for the
  /// states after each step, (step, layer, batch), by all ways on which they reach the loss.
  ///
  /// - Precondition: As for the loss.
  func gradients(
    of chunk: Chunk, from initialStates: [[CellState]], with regularization: Regularization
  ) -> (parameters: Self, initialStates: [[CellState]], states: [[[CellState]]])

  /// The parameters in PyTorch's names and layout, as ``RecurrentCell/makeLanguageModel(pyTorchTensors:connection:)`` reads them.
  func pyTorchTensors() -> PyTorchTensors
}

extension ReferenceLanguageModelProtocol {
  /// The loss without regularization.
  public func loss(
    of chunk: Chunk, from initialStates: [[CellState]]
  ) -> (loss: Double, finalStates: [[CellState]]) {
    loss(of: chunk, from: initialStates, with: .none)
  }

  /// The gradient without regularization.
  public func gradients(
    of chunk: Chunk, from initialStates: [[CellState]]
  ) -> (parameters: Self, initialStates: [[CellState]], states: [[[CellState]]]) {
    gradients(of: chunk, from: initialStates, with: .none)
  }

  /// Of a model that holds gradients: those of PyTorch's tensors. In `bias_hh` only that of b′ is not zero.
  public func pyTorchGradients() -> [String: [Double]] {
    pyTorchTensors().mapValues(\.values)
  }
}
