internal import MessagePassing
internal import SystemCalls

/// A joint action of all processes, at a time that the leader decides.
struct Command: BitwiseCopyable {
  enum Kind: Int, BitwiseCopyable {
    /// One step, with a factor of the learning rate.
    case advance
    case validate
    /// The validation loss of the newest model, without any consequence.
    case evaluate
    case test
    case countValidationBytes
    case countTestBytes
    /// The carried states of all rows, for the file that the leader writes.
    case collectStates
    /// Back to the start of the run, with the leader's parameters.
    case begin
    /// The end of the run, with its exit status.
    case end
  }

  var kind: Kind
  var number = 0.0
}

extension Trainer {
  /// Announces to the other processes what the leader is about to do.
  func announce(_ kind: Command.Kind, _ number: Double = 0) {
    guard processes.count > 1, processes.isLeader else { return }
    _ = processes.broadcast(Command(kind: kind, number: number))
  }

  /// Ends ``follow()`` in all other processes.
  ///
  /// - Parameter status: The exit status of the leader.
  package func release(status: Int32) { announce(.end, Double(status)) }

  /// Takes part in all that the leader does, until it ends the run.
  ///
  /// - Returns: The exit status of the leader.
  package func follow() -> Int32 {
    while true {
      let command = processes.broadcast(Command(kind: .end))
      do throws(CorpusError) {
        switch command.kind {
        case .advance: _ = try advance(rateFactor: command.number)
        case .validate: _ = try validateTogether { false }
        case .evaluate: _ = try evaluation?.loss(of: validatedModel, threadCount: threadCount)
        case .test: _ = try testTogether { false }
        case .countValidationBytes: _ = try evaluation?.bytesPerCharacter()
        case .countTestBytes: _ = try testEvaluation?.bytesPerCharacter()
        case .collectStates: collectStates()
        case .begin: begin(from: model.parameters)
        case .end: return Int32(command.number)
        }
      } catch {
        // The leader throws too, saves and ends the run.
      }
    }
  }

  /// Reads the rows of this process, and returns the number of predictions that count in all rows.
  func readChunk() throws(CorpusError) -> Int {
    try processes.agree { () throws(CorpusError) in
      try streams.next(into: &chunk)
      return chunk.countedCharacters
    }.reduce(0, +)
  }

  /// Returns to the start of the run.
  ///
  /// - Parameter parameters: The initial parameters, which count in the leader only.
  func begin(from parameters: FloatBuffer) {
    restart(from: parameters)
    if processes.count > 1 { processes.broadcast(UnsafeMutableRawBufferPointer(model.parameters.view.elements)) }
    average?.parameters.copy(from: model.parameters)
    progress = TrainingProgress()
    chunkTrainer.step = 0
    _ = streams.seek(to: TrainingStreams.Position())
  }

  /// The carried states of all rows, each as in a checkpoint: (layer, batch, unit).
  @discardableResult
  func collectStates() -> [(name: String, elements: [Float])] {
    let hiddenSize = configuration.hiddenSize
    let rowCount = chunkTrainer.rows.count
    return carriedStates.map { state in
      let own = state.buffers.flatMap { buffer in (0..<rowCount).flatMap { self.state(of: $0, in: buffer) } }
      let all = processes.gather(own)
      let elements = state.buffers.indices.flatMap { layer in
        (0..<processes.count).flatMap { process in
          let first = process * own.count + layer * rowCount * hiddenSize
          return all[first..<first + rowCount * hiddenSize]
        }
      }
      return (state.name, elements)
    }
  }
}
