import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of generation, step by step on several threads, against one pass over the whole text on one thread.
@Suite struct GenerationStepTests {
  private static let vocabularySize = 70

  /// The number of blocks of units is smaller than the number of threads, and not a multiple of it.
  @Test(arguments: RecurrentCell.allCases, availableKernels)
  func threadsAndStepsMakeNoDifference(cell: RecurrentCell, kernels: KernelSet) throws {
    for variant in Variant.allCases {
      let model = try makeModel(cell, variant, vocabulary: Self.vocabularySize, hidden: 83, layers: 2, kernels: kernels)
      try expectNoDifference(of: model)
    }
  }

  @Test(arguments: RecurrentCell.allCases, quantizedKernels)
  func threadsAndStepsMakeNoDifferenceWithQuantizedWeights(cell: RecurrentCell, kernels: KernelSet) throws {
    for variant in Variant.allCases {
      let model = try makeModel(cell, variant, vocabulary: Self.vocabularySize, hidden: 83, layers: 2)
      try expectNoDifference(of: model.rounded(to: .int8, kernels: kernels))
    }
  }

  /// One row reads bfloat16 numbers, a pass over the whole text the same weights as floats.
  @Test(arguments: RecurrentCell.allCases, Array(zip(availableKernels, bfloat16Kernels)))
  func bfloat16WeightsGiveTheBitsOfTheirFloats(cell: RecurrentCell, kernels: (KernelSet, KernelSet)) throws {
    for variant in Variant.allCases {
      let model = try makeModel(
        cell, variant, vocabulary: Self.vocabularySize, hidden: 83, layers: 2, kernels: kernels.0)
      try expectNoDifference(of: model.rounded(to: .bfloat16, kernels: kernels.1, servesAnySize: true))
    }
  }

  private func expectNoDifference(of model: LanguageModel) throws {
    var random = RandomGenerator(seed: 2)
    for (batch, threads) in [(1, 1), (1, 2), (1, 3), (1, 4), (1, 7), (5, 1), (5, 2)] {
      let chunk = makeChunk(steps: 9, batch: batch, vocabulary: Self.vocabularySize, random: &random)
      let expected = model.logits(of: chunk)
      let step = GenerationStep(model.network, batchSize: batch, threadCount: threads)
      // The earlier text must not affect the next one, after both an odd and an even number of characters.
      for forgotten in [1, 2] {
        for _ in 0..<forgotten { step.read(chunk.inputs.suffix(batch)) }
        step.reset()
        for t in 0..<chunk.stepCount {
          step.read(chunk.inputs[t * batch..<(t + 1) * batch])
          let logits = Array(step.workspace.logits.elements)
          #expect(logits == expected[t], "\(batch) rows, \(threads) threads, step \(t)")
        }
      }
    }
  }

  /// Each row has the same result as alone, with more terms than a kernel sums at once, and with tiles of every height.
  @Test(arguments: RecurrentCell.allCases, availableKernels)
  func otherRowsMakeNoDifference(cell: RecurrentCell, kernels: KernelSet) throws {
    for variant in Variant.allCases {
      try expectRowsAlone(
        makeModel(cell, variant, vocabulary: Self.vocabularySize, hidden: 131, layers: 2, kernels: kernels))
    }
  }

  @Test(arguments: RecurrentCell.allCases, quantizedKernels)
  func otherRowsMakeNoDifferenceWithQuantizedWeights(cell: RecurrentCell, kernels: KernelSet) throws {
    for variant in Variant.allCases {
      let model = try makeModel(cell, variant, vocabulary: Self.vocabularySize, hidden: 131, layers: 2)
      try expectRowsAlone(model.rounded(to: .int8, kernels: kernels))
    }
  }

  private func expectRowsAlone(_ model: LanguageModel) throws {
    var random = RandomGenerator(seed: 3)
    let chunk = makeChunk(steps: 4, batch: 33, vocabulary: Self.vocabularySize, random: &random)
    let texts = (0..<chunk.batchSize).map { row in
      (0..<chunk.stepCount).map { chunk.inputs[$0 * chunk.batchSize + row] }
    }
    /// (row, step, bits of a logit)
    func logits(_ texts: [[Int32]], by step: GenerationStep) -> [[[UInt32]]] {
      let blocks = step.workspace.logitBlocks
      let places = texts.indices.map { row in
        (0..<Self.vocabularySize).map { blocks.index(row: row, gate: 0, unit: $0, rows: texts.count) }
      }
      var logits = [[[UInt32]]](repeating: [], count: texts.count)
      step.reset()
      for t in 0..<chunk.stepCount {
        step.read(texts.map { $0[t] })
        let bits = step.workspace.logits.elements.map(\.bitPattern)
        for row in logits.indices { logits[row].append(places[row].map { bits[$0] }) }
      }
      return logits
    }
    let single = GenerationStep(model.network, batchSize: 1, threadCount: 1)
    let alone = texts.map { logits([$0], by: single)[0] }
    #expect(alone[0] != alone[1])
    for (batch, threads) in [(2, 1), (3, 1), (4, 2), (5, 1), (6, 1), (7, 2), (8, 1), (16, 3), (33, 2)] {
      let step = GenerationStep(model.network, batchSize: batch, threadCount: threads)
      #expect(logits(Array(texts.prefix(batch)), by: step) == Array(alone.prefix(batch)), "\(batch) rows")
    }
  }

  @Test func smallModelsTakeOneThread() throws {
    func threadCount(_ model: LanguageModel, rows: Int, atMost limit: Int) -> Int {
      GenerationStep.threadCount(for: model.network, batchSize: rows, atMost: limit)
    }
    let small = try makeModel(.lstm(), vocabulary: 65, hidden: 64, layers: 2)
    #expect(threadCount(small, rows: 1, atMost: 8) == 1)
    let large = try makeModel(.lstm(), vocabulary: 65, hidden: 256, layers: 2)
    #expect(threadCount(large, rows: 1, atMost: 1) == 1)
    #expect(threadCount(large, rows: 1, atMost: 2) == 2)
    #expect((2..<8).contains(threadCount(large, rows: 1, atMost: 1000)))

    // Many rows employ more threads, but at most one per block of sixteen units.
    #expect(threadCount(small, rows: 64, atMost: 1) == 1)
    #expect(threadCount(small, rows: 64, atMost: 2) == 2)
    #expect(threadCount(small, rows: 64, atMost: 1000) <= 4)
    #expect(threadCount(large, rows: 64, atMost: 1000) == 16)
  }
}

extension LanguageModel {
  /// Returns the logits of a chunk, computed in one pass: (step; block, row, character).
  fileprivate func logits(of chunk: RecurrentEngine.Chunk) -> [[Float]] {
    let workspace = Workspace(
      configuration, batchSize: chunk.batchSize, stepCapacity: chunk.stepCount, purpose: .training)
    workspace.load(chunk)
    let pass = RecurrentPass(network, workspace, stepCount: chunk.stepCount)
    let rows = 0..<chunk.batchSize
    pass.forward(PassShare(rows: rows))
    return (0..<chunk.stepCount).map { step in
      pass.computeLogits(step: step, rows: rows)
      return (0..<workspace.logitBlocks.count).flatMap { block in
        let start = workspace.logitBlocks.offset(of: block, rows: workspace.gateRows)
        let width = workspace.logitBlocks.width(of: block)
        let first = start + workspace.gateRow(step: step) * width
        return workspace.logits[first..<first + chunk.batchSize * width]
      }
    }
  }
}
