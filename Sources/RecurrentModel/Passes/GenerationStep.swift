internal import KernelTemplates

/// The way from one character to the logits of the next, again and again, for the rows of a small batch.
///
/// With one row nearly all of the time goes into reading the weights. So threads split the units of every layer, each
/// taking the same ones every time: its part of the weights then stays in the cache of its core. All terms of a sum are
/// added by one thread in the order of any other pass, so the logits of a row depend neither on the number of threads
/// nor on the other rows.
package final class GenerationStep {
  package let workspace: Workspace
  private let program: Program
  private let team: ThreadTeam

  package init(_ model: RecurrentNetwork, batchSize: Int, threadCount: Int) {
    workspace = Workspace(model.configuration, batchSize: batchSize, stepCapacity: 1, purpose: .inference)
    let program = Program(model, workspace, threadCount: threadCount)
    self.program = program
    team = ThreadTeam(threadCount: threadCount) { program.run($1, of: $0) }
  }

  /// The number of threads that read one character of each row soonest.
  package static func threadCount(for model: RecurrentNetwork, batchSize: Int, atMost limit: Int) -> Int {
    let bytes = model.layout.bytesPerCharacter
    let reading = bytes / bytesPerThread
    let computing = bytes * batchSize / rowBytesPerThread
    // What is normalized needs all units of a row.
    if model.configuration.normalization != nil { return min(limit, max(1, computing), batchSize) }
    // No layer has work for more threads than it has blocks of units.
    return min(limit, max(1, max(reading, computing)), model.layout.blockCount)
  }

  /// So many bytes of weights each thread should have. One core has fewer near, and reads them nearly as fast as two
  /// that must wait for each other four times meanwhile.
  private static let bytesPerThread = 800_000

  /// With many rows it is not the reading that takes the time. So many bytes of weights, counted once for each row that
  /// is multiplied with them, are several microseconds of work for a thread: more than the waiting costs.
  private static let rowBytesPerThread = 2_000_000

  /// Forgets all that was read: the state is zero.
  package func reset() {
    workspace.resetState()
    program.startsFromFirst = true
  }

  /// Takes over what the only row of `other` has read, in every row.
  package func copyState(from other: GenerationStep) {
    precondition(other.workspace.batchSize == 1, "there is one state to be copied")
    let stride = workspace.stateStride
    let source = other.program.startsFromFirst ? 0 : stride
    for (layer, otherLayer) in zip(workspace.layers, other.workspace.layers) {
      for row in 0..<workspace.batchSize {
        (layer.hidden.pointer + row * stride).update(from: otherLayer.hidden.pointer + source, count: stride)
        guard layer.cell.count > 0 else { continue }
        (layer.cell.pointer + row * stride).update(from: otherLayer.cell.pointer + source, count: stride)
      }
    }
    program.startsFromFirst = true
  }

  /// One row that has read some characters.
  package static func afterReading(
    _ characters: some Sequence<Int32>, _ model: RecurrentNetwork, threadLimit: Int
  ) -> GenerationStep {
    let threadCount = threadCount(for: model, batchSize: 1, atMost: threadLimit)
    let step = GenerationStep(model, batchSize: 1, threadCount: threadCount)
    for character in characters { step.read(CollectionOfOne(character)) }
    return step
  }

  /// Lets each row go on from what one of the rows has read.
  ///
  /// - Parameter sources: Whose state it takes. Rows beyond are of no use until they are given a state again. (row)
  package func rearrangeStates(_ sources: [Int]) {
    let stride = workspace.stateStride
    let second = workspace.stepStride
    let (current, other) = program.startsFromFirst ? (0, second) : (second, 0)
    for layer in workspace.layers {
      for state in [layer.hidden, layer.cell] where state.count > 0 {
        for (row, source) in sources.enumerated() {
          let target = state.pointer + other + row * stride
          target.update(from: state.pointer + current + source * stride, count: stride)
        }
      }
    }
    program.startsFromFirst.toggle()
  }

  /// What is read next. (row)
  package var characters: UnsafeMutableBufferPointer<Int32> {
    UnsafeMutableBufferPointer(start: program.characters, count: workspace.batchSize)
  }

  /// Goes one character further in each row.
  package func read(_ characters: some Sequence<Int32>) {
    for (row, character) in characters.enumerated() { program.characters[row] = character }
    advance()
  }

  /// Reads ``characters``. Then, if there is something to do with the logits, each thread does it for its share of rows.
  package func advance(then finish: Finish? = nil) {
    program.finish = finish
    team.run()
    program.finish = nil
    program.startsFromFirst.toggle()
  }

  /// - Parameter thread: Which thread it is that calls.
  package typealias Finish = (_ thread: Int) -> Void
}

/// What each thread does for one character, worked out once.
private final class Program: @unchecked Sendable {
  /// Computes one group of gates in some blocks of units, or the logits of some blocks of characters. It waits for all
  /// parts of the stage before.
  private typealias Stage = () -> Void

  /// The state has two places: one is read and the other written, and then the reverse.
  private struct Stages {
    var fromFirst: [Stage] = []
    var fromSecond: [Stage] = []
  }

  let characters: UnsafeMutablePointer<Int32>  // (row)
  var startsFromFirst = true
  /// What is done when all logits are there.
  var finish: GenerationStep.Finish?
  // The stages have pointers into both.
  private let model: RecurrentNetwork
  private let workspace: Workspace
  private var stagesOfThread: [Stages] = []

  init(_ model: RecurrentNetwork, _ workspace: Workspace, threadCount: Int) {
    self.model = model
    self.workspace = workspace
    characters = .allocate(capacity: workspace.batchSize)
    characters.initialize(repeating: 0, count: workspace.batchSize)
    let pass = RecurrentPass(model, workspace, characters: UnsafePointer(characters), stepCount: 1)
    stagesOfThread = (0..<threadCount).map { thread in
      Stages(
        fromFirst: makeStages(pass, thread: thread, of: threadCount, fromFirst: true),
        fromSecond: makeStages(pass, thread: thread, of: threadCount, fromFirst: false))
    }
  }

  deinit { characters.deallocate() }

  func run(_ thread: Int, of team: ThreadTeam) {
    let stages = startsFromFirst ? stagesOfThread[thread].fromFirst : stagesOfThread[thread].fromSecond
    for index in stages.indices {
      // The team meets at its end anyway.
      if index > 0 { team.meet(thread) }
      stages[index]()
    }
    if let finish {
      team.meet(thread)
      finish(thread)
    }
  }

  private func makeStages(_ pass: RecurrentPass, thread: Int, of threadCount: Int, fromFirst: Bool) -> [Stage] {
    let rows = rowShare(thread, of: threadCount, rows: workspace.batchSize)
    if model.configuration.normalization != nil { return [makeStage(pass, ofAllUnitsIn: rows, fromFirst: fromFirst)] }
    func share(_ blocks: Blocks) -> Range<Int> { rowShare(thread, of: threadCount, rows: blocks.count) }
    var output = workspace.embedded.pointer
    var stages: [Stage] = []
    if model.configuration.embedding != nil { stages.append { pass.lookUpEmbeddings(rows: rows) } }
    for layer in workspace.layers.indices {
      var step = pass.makeStep(layer: layer, rows: 0..<workspace.batchSize)
      pass.place(&step, layer: layer, at: 0, rows: 0..<workspace.batchSize)
      if !fromFirst { step.exchangeStates() }
      let input = UnsafePointer(output)
      step.input = input
      output = step.hidden
      step.firstGroup.blockRange = share(step.firstGroup.blocks)
      step.secondGroup.blockRange = share(step.secondGroup.blocks)
      for (index, forward) in pass.cellKernels.forward.enumerated() {
        stages.append { [step, inputSums = pass.kernels.inputSums] in
          inputSums(step, step.group(index))
          forward(step)
        }
      }
      guard var connection = pass.makeConnection(layer: layer, at: 0, rows: 0..<workspace.batchSize) else { continue }
      connection.input = input
      connection.added = UnsafePointer(step.hidden)
      connection.blockRange = share(connection.blocks)
      output = connection.output
      stages.append { [connection] in pass.connect(connection, layer: layer) }
    }
    let range = share(workspace.logitBlocks)
    stages.append(range.isEmpty ? {} : { pass.computeLogits(of: UnsafePointer(output), blocks: range) })
    return stages
  }

  /// Where the units of a row need one another, threads split the rows: each takes its own all the way.
  private func makeStage(_ pass: RecurrentPass, ofAllUnitsIn rows: Range<Int>, fromFirst: Bool) -> Stage {
    var output = workspace.embedded.pointer
    let layers = workspace.layers.indices.compactMap { layer in
      var step = pass.makeStep(layer: layer, rows: rows)
      pass.place(&step, layer: layer, at: 0, rows: rows)
      if !fromFirst { step.exchangeStates() }
      if layer > 0 { step.input = UnsafePointer(output) }
      var connection = pass.makeConnection(layer: layer, at: 0, rows: rows)
      connection?.input = UnsafePointer(output)
      connection?.added = UnsafePointer(step.hidden)
      output = connection?.output ?? step.hidden
      return pass.makeNormalization(layer: layer, rows: rows).map { (step, $0, connection, layer) }
    }
    return { [output] in
      guard !rows.isEmpty else { return }
      pass.lookUpEmbeddings(rows: rows)
      for (step, normalization, connection, layer) in layers {
        pass.computeInputSums(step, normalization)
        pass.takeStep(step, normalization)
        if let connection { pass.connect(connection, layer: layer) }
      }
      pass.computeLogits(of: output, steps: 0..<1, rows: rows)
    }
  }
}

extension CellStep {
  /// Makes the state after the step the one before, and the reverse.
  fileprivate mutating func exchangeStates() {
    let (afterHidden, afterCell) = (hidden, cell)
    hidden = UnsafeMutablePointer(mutating: previousHidden)
    cell = UnsafeMutablePointer(mutating: previousCell)
    previousHidden = UnsafePointer(afterHidden)
    previousCell = UnsafePointer(afterCell)
  }
}

extension RecurrentPass {
  /// The logits of some blocks of characters, from what the last layer puts out.
  fileprivate func computeLogits(of output: FloatPointer, blocks range: Range<Int>) {
    let all = workspace.logitBlocks
    let rows = workspace.batchSize
    let weights = parameters.pointer + layout.decoderWeight.offset
    let bias = parameters.pointer + layout.decoderBias.offset
    let result = workspace.logits.pointer + all.offset(of: range.lowerBound, rows: rows)
    kernels.multiply(
      StepRows(rows),
      BlockedRows(oneBlock: output, columns: workspace.configuration.hiddenSize, rowStride: workspace.stateStride),
      weights + all.offset(of: range.lowerBound, rows: workspace.configuration.hiddenSize), all[range],
      workspace.configuration.hiddenSize,
      .bias(bias + all.offset(of: range.lowerBound, rows: 1)),
      BlockedRows(result, all[range], rows: rows, firstRow: 0, firstGate: 0, gateCount: 1))
  }
}

extension ParameterLayout {
  /// Bytes of all matrices that are multiplied with a row to get from one character to the next.
  fileprivate var bytesPerCharacter: Int {
    let inputs = layers.dropFirst(embedding == nil ? 1 : 0).joined().reduce(0) { $0 + $1.input.size }
    let recurrent = layers.joined().reduce(0) { $0 + $1.recurrent.size }
    let connected = connections.reduce(0) { $0 + ($1?.weight.size ?? 0) }
    return (inputs + recurrent + connected + decoderWeight.size) * MemoryLayout<Float>.stride
  }

  /// The most blocks that the units of a layer have, or the vocabulary.
  fileprivate var blockCount: Int {
    layers.joined().reduce(decoderWeight.blocks.count) { max($0, $1.bias.blocks.count) }
  }
}
