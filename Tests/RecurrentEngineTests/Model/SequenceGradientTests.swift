import KernelTemplates
import ReferenceModel
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of chunks in which sequences start, against each sequence alone in scalar Double.
@Suite struct SequenceGradientTests {
  private static let (steps, batch, vocabulary) = (9, 5, 7)

  /// Returns a chunk in which about every third step starts a sequence; each row continues from the previous chunk or
  /// starts a sequence.
  private func makeChunk(isFirst: Bool, _ random: inout RandomGenerator) -> RecurrentEngine.Chunk {
    let plain = RecurrentEngineTests.makeChunk(
      steps: Self.steps, batch: Self.batch, vocabulary: Self.vocabulary, random: &random)
    return RecurrentEngine.Chunk(
      stepCount: Self.steps, batchSize: Self.batch, inputs: plain.inputs, targets: plain.targets,
      sequenceStarts: plain.inputs.map { _ in random.next(below: 3) == 0 }, isFirstOfEpoch: isFirst)
  }

  /// Returns the sequences of a row, each as a chunk of one row, and whether each starts from a zero state.
  private func sequences(_ chunk: RecurrentEngine.Chunk, row: Int) -> [(isNew: Bool, chunk: ReferenceModel.Chunk)] {
    let indices = (0..<Self.steps).map { $0 * Self.batch + row }
    let cuts = [0] + indices.indices.dropFirst().filter { chunk.sequenceStarts[indices[$0]] } + [Self.steps]
    return zip(cuts, cuts.dropFirst()).map { first, end in
      let part = indices[first..<end]
      return (
        chunk.sequenceStarts[indices[first]],
        ReferenceModel.Chunk(
          inputs: part.map { [Int(chunk.inputs[$0])] },
          targets: part.map { [chunk.targets[$0] < 0 ? nil : Int(chunk.targets[$0])] })
      )
    }
  }

  @Test(arguments: RecurrentCell.allCases, availableKernels)
  func lossAndGradientsAreThoseOfTheSequences(cell: RecurrentCell, kernels: KernelSet) throws {
    let shapes: [(Int, Int, Variant)] = [
      (5, 1, .plain), (17, 2, .plain), (33, 2, .plain), (17, 2, .embedding), (17, 2, .normalizedTied), (17, 3, .gated),
    ]
    for (hidden, layers, variant) in shapes {
      var random = RandomGenerator(seed: 11)
      let model = try makeModel(
        cell, variant, vocabulary: Self.vocabulary, hidden: hidden, layers: layers, kernels: kernels)
      let reference = try model.makeReference()
      // With a learning rate of zero, the second chunk has the same weights and the state of the first.
      let trainer = ChunkTrainer(
        model, optimizer: OptimizerConfiguration(kind: .sgd, learningRate: 0), clip: nil,
        regularization: .init(temporal: 0.7), batchSize: Self.batch,
        chunkLength: Self.steps, holdsSequences: true, threadCount: 2)
      let zero = reference.makeZeroStates(batchSize: 1)
      var states = [[[CellState]]](repeating: zero, count: Self.batch)  // (row, layer, 1)
      for isFirst in [true, false] {
        let chunk = makeChunk(isFirst: isFirst, &random)
        let update = trainer.update(chunk)
        var losses = 0.0
        var expected: [String: [Double]] = [:]
        for row in 0..<Self.batch {
          for (isNew, sequence) in sequences(chunk, row: row) {
            if isNew { states[row] = zero }
            let count = Double(sequence.countedTargets)
            let gradients = reference.gradients(
              of: sequence, from: states[row],
              with: .init(temporal: 0.7)
            ).parameters.pyTorchGradients()
            for (name, values) in gradients {
              let sum = expected[name] ?? values.map { _ in 0 }
              expected[name] = zip(sum, values).map { $0 + $1 * count / Double(chunk.countedCharacters) }
            }
            let (loss, after) = reference.loss(of: sequence, from: states[row])
            losses += loss * count
            states[row] = after
          }
        }
        #expect(abs(update.lossSum - losses) < 1e-5 * Double(chunk.countedCharacters))
        for tensor in trainer.pyTorchGradients {
          let values = try #require(expected[tensor.name])
          let largest = values.reduce(1e-3) { max($0, abs($1)) }
          let error = zip(tensor.elements, values).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
          #expect(
            values.count == tensor.elements.count && error < variant.gradientTolerance * largest,
            "\(tensor.name), \(hidden) units, \(error / largest)")
        }
      }
    }
  }

  /// Chunks without a sequence start, as within a line that is longer than a chunk.
  @Test(arguments: RecurrentCell.allCases)
  func withoutAStartAllIsAsInOneSequence(cell: RecurrentCell) throws {
    func train(holdsSequences: Bool) throws -> [Float] {
      let model = try makeModel(cell, vocabulary: Self.vocabulary, hidden: 20, layers: 2)
      let trainer = ChunkTrainer(
        model, optimizer: OptimizerConfiguration(learningRate: 0.01), clip: 1, batchSize: Self.batch,
        chunkLength: Self.steps, holdsSequences: holdsSequences, threadCount: 1)
      var random = RandomGenerator(seed: 3)
      for step in 0..<3 {
        let chunk = RecurrentEngineTests.makeChunk(
          steps: Self.steps, batch: Self.batch, vocabulary: Self.vocabulary, isFirst: step == 0, random: &random)
        _ = trainer.update(chunk)
      }
      return model.pyTorchTensors.flatMap(\.elements)
    }
    #expect(try train(holdsSequences: true) == train(holdsSequences: false))
  }

  @Test(arguments: RecurrentCell.allCases)
  func threadsChangeNoBit(cell: RecurrentCell) throws {
    let results = try [1, 2, 3].map { threads in
      let model = try makeModel(cell, vocabulary: Self.vocabulary, hidden: 20, layers: 2)
      let trainer = ChunkTrainer(
        model, optimizer: OptimizerConfiguration(learningRate: 0.01), clip: 1, batchSize: Self.batch,
        chunkLength: Self.steps, holdsSequences: true, threadCount: threads)
      var random = RandomGenerator(seed: 3)
      for step in 0..<3 { _ = trainer.update(makeChunk(isFirst: step == 0, &random)) }
      return model.pyTorchTensors.flatMap { $0.elements.map(\.bitPattern) }
    }
    #expect(results[1] == results[0] && results[2] == results[0])
  }

  /// The cost of a line depends neither on the lines around it nor on the batch size.
  @Test(arguments: RecurrentCell.allCases, [1, 2, 64])
  func aLineCostsWhatItCostsAlone(cell: RecurrentCell, streamCount: Int) throws {
    let vocabulary = try Vocabulary(
      unit: .character, entries: ["\n", "a", "b", "c"].map { Array($0.utf8) }, separator: .newline)
    let model = try LanguageModel(
      cell: cell, hiddenSize: 9, layerCount: 2, vocabulary: vocabulary, initialization: Initialization(seed: 4))
    // Large weights, except with ReLU, whose state is unbounded.
    if cell != .rnn(activation: .relu) {
      for parameter in 0..<model.parameters.count { model.parameters[parameter] *= 4 }
    }
    let reference = try model.makeReference()
    let lines = ["abc", "a", "ccccbaba" + String(repeating: "ab", count: 40), "b", "cab"]
    let corpus = try Corpus(sources: [.text(lines.joined(separator: "\n\n"))], vocabulary: vocabulary)
    let pass = try EvaluationPass(
      model, corpus: corpus, part: .all(of: corpus), streamCount: streamCount, threadCount: 2)
    var losses: [Float] = []
    while let chunk = try pass.next() { losses += chunk }
    #expect(pass.countedCharacters == lines.joined().count + lines.count)
    let sums = lines.map { line in
      let ids = [0] + line.unicodeScalars.map { Int($0.value) - 0x60 } + [0]
      let chunk = ReferenceModel.Chunk(inputs: ids.dropLast().map { [$0] }, targets: ids.dropFirst().map { [$0] })
      return reference.loss(of: chunk, from: reference.makeZeroStates(batchSize: 1)).loss * Double(ids.count - 1)
    }
    let total = losses.reduce(0.0) { $0 + Double($1) }
    #expect(abs(total - sums.reduce(0, +)) < 1e-3)
    guard streamCount == 1 else { return }
    var rest = losses[...]
    for (line, sum) in zip(lines, sums) {
      #expect(abs(rest.prefix(line.count + 1).reduce(0.0) { $0 + Double($1) } - sum) < 1e-4 * Double(line.count + 1))
      rest = rest.dropFirst(line.count + 1)
    }
  }
}
