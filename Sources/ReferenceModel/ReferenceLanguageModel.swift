/// A character-level language model: a stack of recurrent layers with a softmax over the vocabulary.
///
///     h₀ = cell₀(character)    the character's row of W instead of a product with a one-hot vector
///     hₗ = cellₗ(yₗ₋₁)
///     yₗ = dropout(hₗ)         or a Connection of yₗ₋₁ and dropout(hₗ) from layer 1 up
///     p(next character) = softmax(y_top · W_out + b_out)
///
/// With embeddings E, layer 0 reads a vector like the other layers: h₀ = cell₀(the character's row of E). If the
/// embeddings are tied to the output, W_out = Eᵀ: one matrix, whose gradient is the sum of both.
///
/// The objective is the mean cross-entropy over the counted characters of a chunk, in nats, and the penalty of
/// ``Regularization``. The gradient is that of truncated backpropagation through time: no gradient flows back from beyond the end of the chunk.
///
/// The rows of a batch are independent, so each is computed separately, and the losses and gradients are added.
public struct ReferenceLanguageModel<Cell: ReferenceCell>: ReferenceLanguageModelProtocol, Equatable {
  public let shape: ReferenceShape
  public internal(set) var embeddings: Matrix  // (vocabularySize, embedding size), of size 0 without embeddings
  public internal(set) var layers: [Cell]
  public internal(set) var connections: [LayerConnection]  // (layer), plain for layer 0
  public internal(set) var outputWeights: Matrix  // (hiddenSize, vocabularySize), empty if tied to the embeddings
  public internal(set) var outputBias: Vector  // (vocabularySize)

  /// Creates a model whose parameters are all zero; the property `parameters` sets them.
  ///
  /// - Precondition: All sizes are at least 1.
  public init(_ shape: ReferenceShape) {
    let (vocabularySize, hiddenSize) = (shape.vocabularySize, shape.hiddenSize)
    precondition(vocabularySize > 0 && hiddenSize > 0 && shape.layerCount > 0, "a model without a size")
    self.shape = shape
    embeddings = .zeros(vocabularySize, shape.embeddingSize ?? 0)
    layers = (0..<shape.layerCount).map { layer in
      Cell(inputSize: layer == 0 ? shape.embeddingSize ?? vocabularySize : hiddenSize, hiddenSize: hiddenSize)
    }
    connections = (0..<shape.layerCount).map { layer in
      LayerConnection(layer == 0 ? .plain : shape.connection, hiddenSize: hiddenSize)
    }
    outputWeights = .zeros(shape.isTied ? 0 : hiddenSize, vocabularySize)
    outputBias = .zeros(vocabularySize)
  }

  public var vocabularySize: Int { shape.vocabularySize }
  public var hiddenSize: Int { shape.hiddenSize }
  public var layerCount: Int { layers.count }

  private func input(_ character: Int, step: Int, _ factors: RowFactors) -> CellInput {
    shape.embeddingSize == nil
      ? factors.input(character, step: step, vocabularySize: vocabularySize)
      : .vector(factors.inputFactor(step: step) * embeddings.row(character))
  }

  /// The forward pass of one sequence, as needed by its backward pass.
  private struct Trace {
    var characters: [Int] = []  // (step)
    var caches: [[Cell.Cache]] = []  // (step, layer)
    var added: [[Vector]] = []  // (step, layer, hiddenSize) h after dropout
    var outputs: [[Vector]] = []  // (step, layer, hiddenSize) y
    var topStates: [Vector]  // (step + 1, hiddenSize) the last layer's h before and after each step
    var logits: [Vector] = []  // (step, vocabularySize)
    var finalStates: [CellState]  // (layer)
  }

  private func forward(_ characters: [Int], from initialStates: [CellState], factors: RowFactors) -> Trace {
    var trace = Trace(
      characters: characters, topStates: [initialStates[layers.count - 1].h], finalStates: initialStates)
    let outputWeights = shape.isTied ? embeddings.transposed : outputWeights
    for (step, character) in characters.enumerated() {
      var x = input(character, step: step, factors)
      var added: [Vector] = []
      var outputs: [Vector] = []
      var caches: [Cell.Cache] = []
      for layer in layers.indices {
        let (state, cache) = layers[layer].forward(x, trace.finalStates[layer])
        trace.finalStates[layer] = state
        caches.append(cache)
        added.append(factors.output(state.h, step: step, layer: layer))
        let output = connections[layer].forward(outputs.last ?? added[0], added[layer])
        outputs.append(output)
        x = .vector(output)
      }
      trace.caches.append(caches)
      trace.added.append(added)
      trace.outputs.append(outputs)
      trace.topStates.append(trace.finalStates[layers.count - 1].h)
      trace.logits.append(outputs[layers.count - 1] * outputWeights + outputBias)
    }
    return trace
  }

  /// Returns ∂L/∂initial states `(layer)` and ∂L/∂state after each step `(step, layer)` for ∂L/∂logits
  /// `(step, vocabularySize)` and the penalty's ∂L/∂(last layer's h) `(step + 1, hiddenSize)`, and adds ∂L/∂parameters
  /// to `gradient`.
  private func backward(
    _ dLogits: [Vector], _ dTopStates: [Vector], _ trace: Trace, factors: RowFactors, addingTo gradient: inout Self
  ) -> (initialStates: [CellState], states: [[CellState]]) {
    var dStates = layers.map(\.zeroState)  // (layer) ∂L/∂state from the later steps
    var wholes = dLogits.map { _ in dStates }  // (step, layer)
    let outputWeights = shape.isTied ? embeddings.transposed : outputWeights
    for step in dLogits.indices.reversed() {
      let (added, outputs) = (trace.added[step], trace.outputs[step])
      if shape.isTied {
        gradient.embeddings += outer(dLogits[step], outputs[layers.count - 1])
      } else {
        gradient.outputWeights += outer(outputs[layers.count - 1], dLogits[step])
      }
      gradient.outputBias += dLogits[step]

      dStates[layers.count - 1].h += dTopStates[step + 1]
      var dAbove = dLogits[step] * outputWeights.transposed  // ∂L/∂y from the layer above
      for layer in layers.indices.reversed() {
        let (dPast, dAdded) = connections[layer].backward(
          dAbove, outputs[max(layer - 1, 0)], added[layer], addingTo: &gradient.connections[layer])
        dStates[layer].h += factors.output(dAdded, step: step, layer: layer)
        wholes[step][layer] = layers[layer].whole(dStates[layer], trace.caches[step][layer])
        (dAbove, dStates[layer]) = layers[layer].backward(
          dStates[layer], trace.caches[step][layer], addingTo: &gradient.layers[layer])
        if layer > 0 { dAbove += dPast }
      }
      if shape.embeddingSize != nil {
        gradient.embeddings += outer(.character(trace.characters[step]), factors.inputFactor(step: step) * dAbove)
      }
    }
    dStates[layers.count - 1].h += dTopStates[0]
    return (dStates, wholes)
  }

  public func loss(
    of chunk: Chunk, from initialStates: [[CellState]], with regularization: Regularization
  ) -> (loss: Double, finalStates: [[CellState]]) {
    let scale = 1 / Double(max(chunk.countedTargets, 1))
    var loss = 0.0
    var finalStates = initialStates
    for row in 0..<chunk.batchSize {
      let factors = regularization.ofRow(row)
      let trace = forward(chunk.inputs(ofRow: row), from: initialStates.map { $0[row] }, factors: factors)
      for (logits, target) in zip(trace.logits, chunk.targets(ofRow: row)) {
        loss += target.map { scale * crossEntropy(logits, target: $0, smoothing: regularization.labelSmoothing) } ?? 0
      }
      loss += scale * regularization.penalty(on: trace.topStates, counted: chunk.targets(ofRow: row).map { $0 != nil })
      for layer in layers.indices {
        finalStates[layer][row] = trace.finalStates[layer]
      }
    }
    return (loss, finalStates)
  }

  public func gradients(
    of chunk: Chunk, from initialStates: [[CellState]], with regularization: Regularization
  ) -> (parameters: Self, initialStates: [[CellState]], states: [[[CellState]]]) {
    let scale = 1 / Double(max(chunk.countedTargets, 1))
    var gradient = Self(shape)
    var dInitialStates = initialStates
    var dStates = chunk.inputs.map { _ in initialStates }
    for row in 0..<chunk.batchSize {
      let factors = regularization.ofRow(row)
      let trace = forward(chunk.inputs(ofRow: row), from: initialStates.map { $0[row] }, factors: factors)
      let dLogits = zip(trace.logits, chunk.targets(ofRow: row)).map { logits, target in
        target.map { scale * dCrossEntropy(logits, target: $0, smoothing: regularization.labelSmoothing) }
          ?? .zeros(vocabularySize)
      }
      let dTopStates = regularization.dPenalty(
        on: trace.topStates, counted: chunk.targets(ofRow: row).map { $0 != nil }, scale: scale)
      let dOfRow = backward(dLogits, dTopStates, trace, factors: factors, addingTo: &gradient)
      for layer in layers.indices {
        dInitialStates[layer][row] = dOfRow.initialStates[layer]
        for step in dStates.indices { dStates[step][layer][row] = dOfRow.states[step][layer] }
      }
    }
    return (gradient, dInitialStates, dStates)
  }

  public func makeZeroStates(batchSize: Int) -> [[CellState]] {
    layers.map { [CellState](repeating: $0.zeroState, count: batchSize) }
  }
}
