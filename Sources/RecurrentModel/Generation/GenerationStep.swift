internal import KernelTemplates

/// Computes the logits of the next characters from one character at a time, for the rows of a small batch.
///
/// With one row, nearly all time goes into reading the weights. So threads split the units of every layer, always
/// alike: a thread's part of the weights stays in the cache of its core. Every sum is computed by one thread in the
/// order of all other passes, so the logits of a row depend neither on the number of threads nor on the other rows.
package final class GenerationStep: Sendable {
  package let workspace: Workspace
  private let program: GenerationProgram
  private let team: ThreadTeam

  package init(_ model: RecurrentNetwork, batchSize: Int, threadCount: Int) {
    workspace = Workspace(model.configuration, batchSize: batchSize, stepCapacity: 1, purpose: .inference)
    let program = GenerationProgram(model, workspace)
    self.program = program
    team = ThreadTeam(threadCount: threadCount) { program.run($1, of: $0) }
    program.prepare(threadCount: team.threadCount)
  }

  /// The number of threads, which are fewer than asked for if the system creates no more.
  package var threadCount: Int { team.threadCount }

  /// Returns the fastest number of threads for reading one character of each row.
  package static func threadCount(for model: RecurrentNetwork, batchSize: Int, atMost limit: Int) -> Int {
    let compact = model.compact.flatMap { $0.serves(rows: batchSize) ? $0 : nil }
    let bytes = compact?.bytesPerCharacter ?? model.layout.bytesPerCharacter
    let reading = bytes / bytesPerThread
    let computing = bytes * batchSize / rowBytesPerThread
    // Layer normalization needs all units of a row.
    if model.configuration.normalization != nil { return min(limit, max(1, computing), batchSize) }
    // No layer has work for more threads than it has blocks of units.
    return min(limit, max(1, max(reading, computing)), model.layout.blockCount)
  }

  /// Bytes of weights for each thread. One core reads fewer nearly as fast as two that wait for each other several
  /// times.
  private static let bytesPerThread = 800_000

  /// Bytes of weights for each thread, counted once a row, when computing takes the time and not reading: several
  /// microseconds of work, more than the threads wait for each other.
  private static let rowBytesPerThread = 2_000_000

  package func reset() {
    workspace.resetState()
    program.startsFromFirst = true
  }

  /// Copies the state of the only row of `other` to every row.
  package func copyState(from other: GenerationStep) {
    precondition(other.workspace.batchSize == 1, "the source has one row")
    let stride = workspace.stateStride
    let source = other.program.startsFromFirst ? 0..<stride : stride..<2 * stride
    for (layer, otherLayer) in zip(workspace.layers, other.workspace.layers) {
      for (state, otherState) in [(layer.hidden, otherLayer.hidden), (layer.cell, otherLayer.cell)]
      where !state.isEmpty {
        for row in 0..<workspace.batchSize {
          state[workspace.stateRange(row..<row + 1)].copy(from: otherState[source])
        }
      }
    }
    program.startsFromFirst = true
  }

  /// The state of the only row, all layers one after another. (layer, state, stateStride)
  package var state: [Float] {
    get { currentStates.flatMap { Array($0) } }
    set {
      var start = newValue.startIndex
      for state in currentStates {
        for index in state.indices { state[index] = newValue[start + index] }
        start += state.count
      }
    }
  }

  private var currentStates: [FloatView] {
    precondition(workspace.batchSize == 1, "there is one row")
    let start = program.startsFromFirst ? 0 : workspace.stateStride
    return workspace.layers.flatMap { [$0.hidden, $0.cell] }.filter { !$0.isEmpty }
      .map { $0[start..<start + workspace.stateStride] }
  }

  package static func afterReading(
    _ characters: some Sequence<Int32>, _ model: RecurrentNetwork, threadLimit: Int
  ) -> GenerationStep {
    let threadCount = threadCount(for: model, batchSize: 1, atMost: threadLimit)
    let step = GenerationStep(model, batchSize: 1, threadCount: threadCount)
    for character in characters { step.read(CollectionOfOne(character)) }
    return step
  }

  /// Replaces the state of each row by that of row `sources[row]`; states of rows beyond `sources` become undefined.
  package func rearrangeStates(_ sources: [Int]) {
    let second = workspace.stepStride
    let (current, other) = program.startsFromFirst ? (0, second) : (second, 0)
    for layer in workspace.layers {
      for state in [layer.hidden, layer.cell] where !state.isEmpty {
        let (states, newStates) = (state.view[current...], state.view[other...])
        for (row, source) in sources.enumerated() {
          newStates[workspace.stateRange(row..<row + 1)].copy(
            from: states[workspace.stateRange(source..<source + 1)])
        }
      }
    }
    program.startsFromFirst.toggle()
  }

  /// The token IDs that ``advance(then:)`` reads. (row)
  package var characters: BufferView<Int32> { workspace.characters.view }

  /// Reads one character in each row.
  package func read(_ characters: some Sequence<Int32>) {
    for (row, character) in characters.enumerated() { self.characters[row] = character }
    advance()
  }

  /// Reads ``characters``; when all logits are computed, each thread calls `finish`.
  package func advance(then finish: Finish? = nil) {
    program.finish = finish
    team.run()
    program.finish = nil
    program.startsFromFirst.toggle()
  }

  package typealias Finish = @Sendable (_ thread: Int) -> Void
}

extension ParameterLayout {
  /// Bytes of all matrices that are multiplied by a row for one character.
  var bytesPerCharacter: Int {
    let inputs = layers.dropFirst(embedding == nil ? 1 : 0).joined().reduce(0) { $0 + $1.input.size }
    let recurrent = layers.joined().reduce(0) { $0 + $1.recurrent.size }
    let connections = connections.reduce(0) { $0 + ($1?.weight.size ?? 0) }
    return (inputs + recurrent + connections + decoderWeight.size) * MemoryLayout<Float>.stride
  }

  /// The largest number of blocks of a layer or of the vocabulary.
  fileprivate var blockCount: Int {
    layers.joined().reduce(decoderWeight.blocks.count) { max($0, $1.bias.blocks.count) }
  }
}
