import KernelTemplates
import ReferenceModel
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the engine against the same equations in scalar Double.
@Suite struct GradientTests {
  struct Shape: CustomTestStringConvertible {
    var hidden: Int, vocabulary: Int, layers: Int, batch: Int, steps: Int
    var testDescription: String { "H\(hidden) V\(vocabulary) L\(layers) B\(batch) T\(steps)" }
  }

  /// Hidden sizes around the widths of columns and blocks, and batch sizes around the heights of tiles.
  static let shapes = [
    Shape(hidden: 1, vocabulary: 2, layers: 1, batch: 1, steps: 3),
    Shape(hidden: 5, vocabulary: 7, layers: 2, batch: 3, steps: 4),
    Shape(hidden: 16, vocabulary: 17, layers: 3, batch: 2, steps: 3),
    Shape(hidden: 17, vocabulary: 16, layers: 2, batch: 7, steps: 2),
    Shape(hidden: 33, vocabulary: 5, layers: 2, batch: 5, steps: 3),
    Shape(hidden: 50, vocabulary: 70, layers: 2, batch: 4, steps: 3),
    Shape(hidden: 66, vocabulary: 130, layers: 2, batch: 13, steps: 2),
  ]

  @Test(arguments: RecurrentCell.allCases)
  func lossAndGradientsAreTheReference(cell: RecurrentCell) throws {
    for shape in Self.shapes { try expectTheReference(cell, .plain, shape, tolerance: 2e-5) }
  }

  /// Vocabulary and embedding sizes below and above the 64 of a block.
  static let shapesOfVariants = [
    Shape(hidden: 1, vocabulary: 2, layers: 1, batch: 1, steps: 2),
    Shape(hidden: 5, vocabulary: 7, layers: 2, batch: 3, steps: 4),
    Shape(hidden: 33, vocabulary: 70, layers: 2, batch: 5, steps: 2),
    Shape(hidden: 50, vocabulary: 9, layers: 2, batch: 4, steps: 2),
    Shape(hidden: 51, vocabulary: 5, layers: 1, batch: 2, steps: 2),
  ]

  /// Layer normalization divides rounding errors by the standard deviation, so they are larger if its inputs vary
  /// little.
  @Test(arguments: RecurrentCell.allCases, Variant.allCases.filter { $0 != .plain })
  func variantsAreTheReference(cell: RecurrentCell, variant: Variant) throws {
    for shape in Self.shapesOfVariants {
      try expectTheReference(cell, variant, shape, tolerance: variant.normalization == nil ? 2e-5 : 1e-4)
    }
  }

  static let connections = [RecurrentEngine.Connection.residual, .leaky(0.3), .highway, .gated]

  /// Layers between two connections, more units than a block of gates has, and a single layer.
  @Test(arguments: RecurrentCell.allCases, connections)
  func connectionsAreTheReference(cell: RecurrentCell, connection: RecurrentEngine.Connection) throws {
    for variant in [Variant.plain, .tied, .normalized, .normalizedTied] {
      try expectTheReference(
        cell, variant.connected(connection), Shape(hidden: 20, vocabulary: 7, layers: 3, batch: 3, steps: 3),
        tolerance: variant.normalization == nil ? 2e-5 : 1e-4)
    }
    for shape in [
      Shape(hidden: 66, vocabulary: 5, layers: 2, batch: 2, steps: 2),
      Shape(hidden: 3, vocabulary: 5, layers: 1, batch: 2, steps: 2),
    ] {
      try expectTheReference(cell, Variant(connection: connection), shape, tolerance: 2e-5)
    }
  }

  /// Compares all kernel sets with one reference, for two chunks.
  ///
  /// - Parameter tolerance: The tolerance relative to the largest element of a tensor.
  private func expectTheReference(
    _ cell: RecurrentCell, _ variant: Variant, _ shape: Shape, tolerance: Double
  ) throws {
    // With a learning rate of zero, the second chunk has the same weights and the state of the first.
    let trainers = try availableKernels.map { kernels in
      ChunkTrainer(
        try makeModel(
          cell, variant, vocabulary: shape.vocabulary, hidden: shape.hidden, layers: shape.layers, kernels: kernels),
        optimizer: OptimizerConfiguration(kind: .sgd, learningRate: 0), clip: nil, batchSize: shape.batch,
        chunkLength: shape.steps, threadCount: 2)
    }
    var random = RandomGenerator(seed: 7)
    let reference = try #require(trainers.first).model.makeReference()
    var states = reference.makeZeroStates(batchSize: shape.batch)
    for isFirst in [true, false] {
      let chunk = makeChunk(
        steps: shape.steps, batch: shape.batch, vocabulary: shape.vocabulary, isFirst: isFirst, random: &random)
      let (loss, finalStates) = reference.loss(of: chunk.reference, from: states)
      let expected = reference.gradients(of: chunk.reference, from: states).parameters.pyTorchGradients()
      let norm = expected.values.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
      for trainer in trainers {
        let place = "\(shape) \(variant) \(trainer.model.kernelName)"
        let update = trainer.update(chunk)
        #expect(abs(update.lossSum / Double(update.countedCharacters) - loss) < 1e-5, "\(place)")
        #expect(abs(update.gradientNorm - norm) < tolerance / 2 * norm, "\(place)")
        #expect(Set(trainer.pyTorchGradients.map(\.name)) == Set(expected.keys))
        for tensor in trainer.pyTorchGradients {
          let values = try #require(expected[tensor.name])
          #expect(values.count == tensor.elements.count)
          let largest = values.reduce(1e-3) { max($0, abs($1)) }
          let errors = zip(tensor.elements, values).map { abs(Double($0) - $1) }
          #expect(errors.reduce(0, max) <= tolerance * largest, "\(tensor.name) of \(place)")
        }
      }
      states = finalStates
    }
  }

  @Test(arguments: RecurrentCell.allCases, Variant.allCases)
  func threadsChangeNoBit(cell: RecurrentCell, variant: Variant) throws {
    func train(threads: Int) throws -> [Float] {
      let model = try makeModel(cell, variant, vocabulary: 40, hidden: 50, layers: 2)
      let trainer = ChunkTrainer(
        model, optimizer: OptimizerConfiguration(kind: .adam, learningRate: 0.01), clip: 0.1, batchSize: 11,
        chunkLength: 9, threadCount: threads)
      var random = RandomGenerator(seed: 3)
      for step in 0..<5 {
        let chunk = makeChunk(steps: 9 - step, batch: 11, vocabulary: 40, isFirst: step == 0, random: &random)
        _ = trainer.update(chunk)
      }
      return model.pyTorchTensors.flatMap(\.elements)
    }
    let one = try train(threads: 1)
    #expect(one.allSatisfy { $0.isFinite })
    for threads in [2, 3, 16] {
      #expect(try train(threads: threads).map(\.bitPattern) == one.map(\.bitPattern), "\(threads) threads")
    }
  }

  /// Vectors of 8 and of 16 floats, both with fused multiply-adds, give the same bits.
  @Test(
    .enabled(if: fusedKernels.count > 1, "needs a CPU with AVX2 and AVX-512"),
    arguments: RecurrentCell.allCases, Variant.allCases)
  func vectorWidthChangesNoBit(cell: RecurrentCell, variant: Variant) throws {
    let parameters = try fusedKernels.map { kernels in
      let model = try makeModel(cell, variant, vocabulary: 70, hidden: 50, layers: 2, kernels: kernels)
      let trainer = ChunkTrainer(
        model, optimizer: OptimizerConfiguration(kind: .rmsprop, learningRate: 0.01), clip: 1, batchSize: 5,
        chunkLength: 6, threadCount: 2)
      var random = RandomGenerator(seed: 3)
      for step in 0..<4 {
        let chunk = makeChunk(steps: 6, batch: 5, vocabulary: 70, isFirst: step == 0, random: &random)
        _ = trainer.update(chunk)
      }
      return model.pyTorchTensors.flatMap(\.elements).map(\.bitPattern)
    }
    #expect(parameters.count == 2)
    #expect(parameters.first == parameters.last)
  }

  /// A long chunk has the same loss as its parts with carried state.
  @Test(arguments: RecurrentCell.allCases, Variant.allCases)
  func chunksOfASequenceAreTheSequence(cell: RecurrentCell, variant: Variant) throws {
    func losses(chunkLengths: [Int]) throws -> [Float] {
      let model = try makeModel(cell, variant, vocabulary: 9, hidden: 20, layers: 2)
      let trainer = ChunkTrainer(
        model, optimizer: OptimizerConfiguration(kind: .sgd, learningRate: 0), clip: nil, batchSize: 3,
        chunkLength: 12, threadCount: 1)
      var random = RandomGenerator(seed: 5)
      let whole = makeChunk(steps: 12, batch: 3, vocabulary: 9, random: &random)
      var first = 0
      return chunkLengths.flatMap { length in
        var part = Chunk()
        part.resize(stepCount: length, batchSize: 3)
        let range = first * 3..<(first + length) * 3
        part.inputs = Array(whole.inputs[range])
        part.targets = Array(whole.targets[range])
        part.countedCharacters = part.targets.count { $0 >= 0 }
        part.isFirstOfEpoch = first == 0
        first += length
        _ = trainer.update(part)
        return Array(trainer.workspace.losses.elements.prefix(length * 3))
      }
    }
    let whole = try losses(chunkLengths: [12])
    #expect(whole.count == 36)
    #expect(try losses(chunkLengths: [5, 1, 6]) == whole)
  }
}
