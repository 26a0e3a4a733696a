internal import KernelTemplates
public import MessagePassing

extension Trainer {
  /// Returns a checkpoint of the selected model, without training state.
  ///
  /// - Parameter arguments: The command-line arguments that determine the run, if the model depends on more than its
  ///   configuration and its step.
  public func selectedCheckpoint(arguments: [String] = []) -> Checkpoint {
    let step = progress.best?.step ?? progress.step
    var checkpoint = Checkpoint(
      model: selectedModel, training: configuration,
      progress: .init(
        step: step, epoch: epoch(atStep: step), validationLoss: progress.best?.loss,
        lengthChangeStep: progress.lengthChangeStep),
      selection: progress.best == nil ? .newest : .best, startCharacter: startCharacter)
    (checkpoint.arguments, checkpoint.initialChecksum) = (arguments, initialChecksum)
    return checkpoint
  }

  /// Writes the complete training state: the newest model, its average if there is one, the optimizer's moments, the
  /// carried state, the progress, and the best model if it differs from the newest.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - arguments: The command-line arguments that determine the run; ``SavedRun/arguments`` returns them.
  ///   - secondsSpent: The time that the run has taken, if time limits it.
  /// - Throws: `CheckpointError.cannotCreate` or `.writeFailed`.
  public func save(
    to path: String, arguments: [String] = [], secondsSpent: Int? = nil
  ) throws(CheckpointError) {
    announce(.collectStates)
    let states = collectStates()
    var checkpoint = Checkpoint(
      model: validatedModel, training: configuration,
      progress: .init(
        step: progress.step, epoch: epoch, validationLoss: nil, lengthChangeStep: progress.lengthChangeStep),
      selection: .newest, startCharacter: startCharacter)
    checkpoint.initialChecksum = initialChecksum
    let run = StoredRun(
      progress: progress, corpus: corpus, textLengths: textLengths, arguments: arguments,
      secondsSpent: secondsSpent)
    try checkpoint.write(to: path, with: stateTensors(states), metadata: [StoredRun.metadataKey: json(run)])
  }

  private func stateTensors(_ states: [(name: String, elements: [Float])]) -> [SafetensorsTensor] {
    var tensors = optimizerTensors.map { $0.tensor.safetensor($0.prefix, of: $0.buffer) }
    tensors += states.map { SafetensorsTensor($0.name, shape: stateShape, values: $0.elements) }
    // Other programs want the average, so it is stored under the standard names.
    if average != nil {
      tensors += model.layout.pyTorchTensors.map { $0.safetensor(StoredRun.rawPrefix, of: model.parameters) }
    }
    if let bestModel, progress.best?.step != progress.step {
      tensors += model.layout.pyTorchTensors.map { $0.safetensor(StoredRun.bestPrefix, of: bestModel.parameters) }
    }
    if let initialModel {
      tensors += model.layout.pyTorchTensors.map { $0.safetensor(StoredRun.initialPrefix, of: initialModel.parameters) }
    }
    return tensors
  }

  /// The optimizer's moments under the names of PyTorch's optimizers.
  private var optimizerTensors: [(prefix: String, tensor: PyTorchTensor, buffer: FloatBuffer)] {
    let parameters = model.layout.pyTorchTensors
    return zip(configuration.optimizer.kind.momentNames, chunkTrainer.optimizer.moments).flatMap { name, buffer in
      let isSquare = name == "exp_avg_sq" || name == "square_avg"
      return parameters.map { ("optimizer.\(name).", isSquare ? $0.ofSquares : $0, buffer) }
    }
  }

  /// The buffers of each state of this process, one for each layer.
  var carriedStates: [(name: String, buffers: [FloatBuffer])] {
    let layers = chunkTrainer.workspace.layers
    let cells = layers.map(\.cell).filter { $0.count > 0 }
    return [("state.h", layers.map(\.hidden))] + (cells.isEmpty ? [] : [("state.c", cells)])
  }

  private var stateShape: [Int] {
    [configuration.layerCount, configuration.batchSize, configuration.hiddenSize]
  }

  /// Sets the states of this process to those of its rows. (layer, batch, unit)
  private func setElements(_ elements: [Float], of buffers: [FloatBuffer]) {
    for (layer, buffer) in buffers.enumerated() {
      for (row, rowOfBatch) in chunkTrainer.rows.enumerated() {
        let first = (layer * configuration.batchSize + rowOfBatch) * configuration.hiddenSize
        state(of: row, in: buffer).copy(from: Array(elements[first..<first + configuration.hiddenSize]))
      }
    }
  }

  /// The initial state of one row of this process, without padding. (unit)
  func state(of row: Int, in buffer: FloatBuffer) -> FloatView {
    let first = row * chunkTrainer.workspace.stateStride
    return buffer[first..<first + configuration.hiddenSize]
  }

  /// Resumes a stored run with the same split of the corpus.
  ///
  /// - Throws: The errors of ``init(resuming:corpus:split:threadCount:availableMemory:processes:)``.
  public convenience init(
    resuming saved: SavedRun, corpus: Corpus, threadCount: Int = Machine.availableCPUs
  ) throws {
    guard saved.isOn(corpus) else { throw CheckpointError.otherText(path: saved.path) }
    try saved.checkStreams(of: corpus)
    let split = try CorpusSplit(corpus, saved.checkpoint.training)
    try self.init(resuming: saved, corpus: corpus, split: split, threadCount: threadCount)
  }

  /// Resumes a stored run with a split of the corpus by its configuration.
  ///
  /// - Parameters:
  ///   - saved: The saved run.
  ///   - corpus: The text to train on.
  ///   - split: The training, validation and test sets.
  ///   - threadCount: The number of threads; the results do not depend on it.
  ///   - availableMemory: The bytes that may be allocated; nil if unknown.
  ///   - processes: The processes that share the rows of each mini-batch; the results do not depend on their number.
  /// - Throws: `CheckpointError.otherText` if the corpus is not the one that the run was trained on, or `.damaged` if
  ///   the file lacks a part of the training state or has impossible values; `MemoryError`; `CorpusError`.
  public convenience init(
    resuming saved: SavedRun, corpus: Corpus, split: CorpusSplit, threadCount: Int,
    availableMemory: Int? = Machine.availableMemory, processes: any ProcessGroup = SingleProcess()
  ) throws {
    let (checkpoint, run) = (saved.checkpoint, saved.run)
    let damage = CheckpointError.damaged(path: saved.path, .metadata(StoredRun.metadataKey))
    guard run.progress.isValid, run.secondsSpent ?? 0 >= 0 else { throw damage }
    guard saved.isOn(corpus) else { throw CheckpointError.otherText(path: saved.path) }
    try saved.checkStreams(of: corpus)
    try self.init(
      corpus: corpus, split: split, configuration: checkpoint.training, model: checkpoint.model,
      threadCount: threadCount, availableMemory: availableMemory, processes: processes)
    initialChecksum = checkpoint.initialChecksum
    initialModel = saved.hasInitialModel ? LanguageModel(copying: model) : nil
    if let initialModel { try read(saved, prefix: StoredRun.initialPrefix, to: initialModel.parameters) }
    let (epoch, chunk) = run.progress.step.quotientAndRemainder(dividingBy: stepsPerEpoch)
    guard streams.seek(to: .init(epoch: epoch, chunk: chunk)) else { throw damage }
    progress = run.progress
    chunkTrainer.step = run.progress.step
    chunkTrainer.optimizer.updateCount = run.progress.updateCount
    for (prefix, tensor, buffer) in optimizerTensors {
      try saved.read(tensor, prefix: prefix, to: buffer)
    }
    if let average {
      average.parameters.copy(from: model.parameters)
      try read(saved, prefix: StoredRun.rawPrefix, to: model.parameters)
    }
    for state in carriedStates { setElements(try saved.tensor(state.name, stateShape), of: state.buffers) }
    guard let best = progress.best else { return }
    keep(validatedModel.parameters)
    guard let bestModel, best.step != progress.step else { return }
    try read(saved, prefix: StoredRun.bestPrefix, to: bestModel.parameters)
  }

  private func read(_ saved: SavedRun, prefix: String, to parameters: FloatBuffer) throws(CheckpointError) {
    parameters.fill(with: 0)
    for tensor in model.layout.pyTorchTensors { try saved.read(tensor, prefix: prefix, to: parameters) }
  }
}
