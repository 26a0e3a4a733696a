package import RecurrentEngine
package import ReferenceModel

/// The engine's loss and gradients for a chunk, with everything needed to compute them in scalar Double.
package struct EngineGradients {
  /// The model in scalar Double.
  package let model: any ReferenceLanguageModelProtocol
  package let chunk: ReferenceModel.Chunk
  /// The states before the chunk: (layer, batch).
  package let states: [[CellState]]
  /// The engine's mean cross-entropy in nats.
  package let loss: Double
  /// The engine's gradients of `loss`, under the parameter names of the model in scalar Double.
  package let gradients: [NamedTensor]

  /// Computes the gradients for the last of several consecutive chunks, the first of which starts from a zero state.
  /// The model stays unchanged.
  ///
  /// - Precondition: There is at least one chunk, and all have the same number of rows as the first and at most its
  ///   number of steps.
  /// - Throws: `PyTorchTensorError` if the two models name their parameters differently.
  package init(of model: LanguageModel, on chunks: [RecurrentEngine.Chunk], threadCount: Int) throws(PyTorchTensorError)
  {
    precondition(!chunks.isEmpty, "there is nothing to compute gradients of")
    let trainer = ChunkTrainer(
      model, optimizer: OptimizerConfiguration(kind: .sgd, learningRate: 0), clip: nil,
      batchSize: chunks[0].batchSize, chunkLength: chunks[0].stepCount, threadCount: threadCount)
    let reference = try model.makeReference()
    var states = reference.makeZeroStates(batchSize: chunks[0].batchSize)
    for chunk in chunks.dropLast() {
      _ = trainer.update(chunk)
      states = reference.loss(of: chunk.reference, from: states).finalStates
    }
    let last = chunks[chunks.count - 1]
    let update = trainer.update(last)
    self.model = reference
    self.states = states
    chunk = last.reference
    loss = update.lossSum / Double(max(update.countedCharacters, 1))
    gradients = try model.makeReference(of: trainer.pyTorchGradients).parameters
  }
}
