import KernelTemplates
import Testing

@testable import RecurrentEngine

/// One character at a time on several threads, against a pass over the whole text on one.
@Suite struct GenerationStepTests {
  private static let vocabularySize = 70

  /// Blocks of units that are fewer than the threads, and no multiple of them.
  @Test(arguments: RecurrentEngine.CellKind.allCases, availableKernels)
  func threadsAndStepsMakeNoDifference(cell: RecurrentEngine.CellKind, kernels: KernelSet) throws {
    let model = try makeModel(cell, vocabulary: Self.vocabularySize, hidden: 83, layers: 2, kernels: kernels)
    var random = RandomGenerator(seed: 2)
    for (batch, threads) in [(1, 1), (1, 2), (1, 3), (1, 7), (5, 1), (5, 2)] {
      let chunk = makeChunk(steps: 9, batch: batch, vocabulary: Self.vocabularySize, random: &random)
      let step = GenerationStep(model, batchSize: batch, threadCount: threads)
      // What was read before must be forgotten, after an odd number of characters and after an even one.
      for forgotten in [1, 2] {
        for _ in 0..<forgotten { step.read(chunk.inputs.suffix(batch)) }
        step.reset()
        for t in 0..<chunk.stepCount {
          step.read(chunk.inputs[t * batch..<(t + 1) * batch])
          let logits = Array(step.workspace.logits.elements)
          #expect(logits == model.logits(of: chunk, step: t), "\(batch) rows, \(threads) threads, step \(t)")
        }
      }
    }
  }

  @Test func smallModelsTakeOneThread() throws {
    let small = try makeModel(.lstm, vocabulary: 65, hidden: 64, layers: 2)
    #expect(GenerationStep.threadCount(for: small, atMost: 8) == 1)
    let large = try makeModel(.lstm, vocabulary: 65, hidden: 256, layers: 2)
    #expect(GenerationStep.threadCount(for: large, atMost: 1) == 1)
    #expect(GenerationStep.threadCount(for: large, atMost: 2) == 2)
    #expect((2..<8).contains(GenerationStep.threadCount(for: large, atMost: 1000)))
  }
}

extension LanguageModel {
  /// The logits after some of the steps of a chunk, computed in one go. (block, row, character)
  fileprivate func logits(of chunk: RecurrentEngine.Chunk, step: Int) -> [Float] {
    let workspace = Workspace(
      configuration, batchSize: chunk.batchSize, stepCapacity: chunk.stepCount, purpose: .training)
    return chunk.inputs.withUnsafeBufferPointer { inputs in
      guard let characters = inputs.baseAddress else { return [] }
      let pass = RecurrentPass(
        kernels: kernels, layout: layout, parameters: parameters, transposes: nil, workspace: workspace,
        characters: characters, stepCount: chunk.stepCount)
      let rows = 0..<chunk.batchSize
      pass.forward(rows: rows)
      pass.computeLogits(step: step, rows: rows)
      return (0..<workspace.logitBlocks.count).flatMap { block in
        let start = workspace.logitBlocks.offset(of: block, rows: workspace.gateRows)
        let width = workspace.logitBlocks.width(of: block)
        let first = start + workspace.gateRow(step: step) * width
        return workspace.logits.elements[first..<first + chunk.batchSize * width]
      }
    }
  }
}
