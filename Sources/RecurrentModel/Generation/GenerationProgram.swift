internal import KernelTemplates

/// The work of each thread for one character, prepared once.
// Unchecked: its variables are written between two runs of the team only, which orders that before the reads of its
// threads.
final class GenerationProgram: @unchecked Sendable {
  /// Computes gates of some blocks of units, or logits of some blocks of characters, after all threads' previous stage.
  private typealias Stage = @Sendable () -> Void

  /// The state has two places: one is read while the other is written, in turns.
  private struct Stages {
    var fromFirst: [Stage] = []
    var fromSecond: [Stage] = []
  }

  var startsFromFirst = true
  /// Called when all logits are computed.
  var finish: GenerationStep.Finish?
  private let pass: RecurrentPass
  private var threadCount = 1
  private var stagesOfThread: [Stages] = []

  init(_ model: RecurrentNetwork, _ workspace: Workspace) { pass = RecurrentPass(model, workspace, stepCount: 1) }

  /// Divides the work among threads, before the first run.
  func prepare(threadCount: Int) {
    self.threadCount = threadCount
    stagesOfThread = (0..<threadCount).map { thread in
      Stages(
        fromFirst: makeStages(thread: thread, fromFirst: true), fromSecond: makeStages(thread: thread, fromFirst: false)
      )
    }
  }

  func run(_ thread: Int, of team: TeamState) {
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

  private func makeStages(thread: Int, fromFirst: Bool) -> [Stage] {
    var ownPass = pass
    ownPass.scratch = pass.makeScratch()
    let (pass, workspace) = (ownPass, pass.workspace)
    let rows = 0..<workspace.batchSize
    if pass.configuration.normalization != nil {
      return [makeStage(ofAllUnitsIn: rows.share(thread, of: threadCount), fromFirst: fromFirst)]
    }
    func share(_ blocks: Blocks) -> Range<Int> { (0..<blocks.count).share(thread, of: threadCount) }
    var output = workspace.embedded.view
    var stages: [Stage] = []
    if pass.configuration.embedding != nil {
      let rows = rows.share(thread, of: threadCount)
      stages.append { pass.lookUpEmbeddings(rows: rows) }
    }
    for layer in workspace.layers.indices {
      let input = output
      var (step, connection) = makeLayer(layer, reading: input, rows: rows, fromFirst: fromFirst, &output)
      step.firstGroup.blockRange = share(step.firstGroup.blocks)
      step.secondGroup.blockRange = share(step.secondGroup.blocks)
      for index in pass.cell.groups.indices {
        stages.append { [step] in
          pass.inputPreactivations(step, layer: layer, index, step.group(index))
          pass.cellForward(step, layer: layer, group: index)
        }
      }
      guard connection != nil else { continue }
      connection?.blockRange = share(pass.connectionBlocks(layer))
      stages.append { [connection] in pass.connectionForward(connection, layer: layer, reading: input, rows: rows) }
    }
    let range = share(workspace.logitBlocks)
    stages.append { [output] in
      if !range.isEmpty { pass.computeLogits(of: output, blocks: range) }
    }
    return stages
  }

  /// Layer normalization needs all units of a row, so threads split the rows: each computes its rows in all layers.
  private func makeStage(ofAllUnitsIn rows: Range<Int>, fromFirst: Bool) -> Stage {
    let pass = pass
    var output = pass.workspace.embedded.view
    let layers = pass.workspace.layers.indices.compactMap { layer in
      let input = output
      let (step, connection) = makeLayer(layer, reading: input, rows: rows, fromFirst: fromFirst, &output)
      return pass.makeNormalization(layer: layer, rows: rows).map { (layer, input, step, $0, connection) }
    }
    return { [output] in
      guard !rows.isEmpty else { return }
      pass.lookUpEmbeddings(rows: rows)
      for (layer, input, step, normalization, connection) in layers {
        pass.inputPreactivations(step, layer: layer, normalization)
        pass.normalizedForward(step, layer: layer, normalization)
        pass.connectionForward(connection, layer: layer, reading: input, rows: rows)
      }
      pass.computeLogits(of: output, 0..<1, rows: rows)
    }
  }

  /// Reads `input` (batch, inputStride), the lower layer's output or embeddings; sets `output` (batch, stateStride).
  private func makeLayer(
    _ layer: Int, reading input: FloatView, rows: Range<Int>, fromFirst: Bool, _ output: inout FloatView
  ) -> (step: CellStep, connection: ConnectionStep?) {
    let workspace = pass.workspace
    let activations = workspace.layers[layer]
    let (before, after) = fromFirst ? (0, 1) : (1, 0)
    var step = pass.makeStep(layer: layer, rows: rows)
    pass.place(&step, layer: layer, at: 0..<1, rows: rows)
    pass.placeStates(&step, layer: layer, before: before, after: after, rows: rows)
    if layer > 0 { step.input = FloatPointer(pass.states(input, at: 0, rows)) }
    output = activations.hidden[after * workspace.stepStride..<(after + 1) * workspace.stepStride]
    let connection = pass.makeConnection(layer: layer, reading: input, adding: output, at: 0, rows: rows)
    if connection != nil { output = activations.skipOutput.view }
    return (step, connection)
  }
}

extension RecurrentPass {
  /// Computes the logits of some blocks of characters from the last layer's output. (batch, stateStride)
  fileprivate func computeLogits(of output: FloatView, blocks range: Range<Int>) {
    let blocks = workspace.logitBlocks
    let rows = 0..<workspace.batchSize
    let bias = layout.decoderBias.packed(in: parameters)[range]
    let logits = workspace.logits.view[blocks.offset(of: range.lowerBound, rows: rows.count)...]
    multiply(
      StepRows(rows.count), stateFactor(output, 0..<1, rows), by: decoderWeights, blocks: range, firstRow: 0,
      from: .bias(bias.pointer), into: BlockedRows(logits, blocks[range], rows: rows, of: rows.count, gates: 0..<1))
  }
}
