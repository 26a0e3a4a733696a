package import RecurrentEngine
package import ReferenceModel

/// What the engine computes from a chunk, and all that the same takes in scalar Double.
package struct EngineGradients {
  /// The model in scalar Double.
  package let model: any ReferenceLanguageModelProtocol
  package let chunk: ReferenceModel.Chunk
  /// Those before the chunk: (layer, batch).
  package let states: [[CellState]]
  /// The engine's mean cross-entropy in nats.
  package let loss: Double
  /// The engine's gradients of that loss, under the names of the model in scalar Double.
  package let gradients: [NamedTensor]

  /// Takes the last of some chunks that go on from one another, the first from a zero state. The model stays as it is.
  ///
  /// - Precondition: There is a chunk, and all have so many rows and at most so many steps as the first.
  /// - Throws: `PyTorchTensorError` if the two models have come to name their parameters differently.
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
