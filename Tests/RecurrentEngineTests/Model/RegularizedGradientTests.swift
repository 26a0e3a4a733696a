import KernelTemplates
import ReferenceModel
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of training with regularization against the same equations in scalar Double, with the masks as data.
@Suite struct RegularizedGradientTests {
  typealias Regularization = RecurrentEngine.Regularization

  private static let seed: UInt64 = 9
  private static let layerCount = 2
  private static let batchSize = 5
  private static let stepCount = 6
  private static let vocabularySize = 9
  /// More than one column of units, the last one incomplete.
  private static let hiddenSize = 21

  static let cases = [
    Regularization(dropout: 0.4), Regularization(dropout: 0.25, dropoutMask: .sequence),
    Regularization(inputDropout: 0.3), Regularization(recurrentDropout: 0.4), Regularization(labelSmoothing: 0.1),
    Regularization(temporal: 2),
    Regularization(
      dropout: 0.2, dropoutMask: .sequence, inputDropout: 0.2, recurrentDropout: 0.3, labelSmoothing: 0.05,
      temporal: 1),
  ]

  @Test(arguments: RecurrentCell.allCases, cases)
  func lossAndGradientsAreTheReference(cell: RecurrentCell, regularization: Regularization) throws {
    for variant in [Variant.plain, .embedding, .normalizedTied, .leaky, .gated, .normalizedHighway] {
      try compareWithReference(cell, variant, regularization)
    }
  }

  private func compareWithReference(
    _ cell: RecurrentCell, _ variant: Variant, _ regularization: Regularization
  ) throws {
    let model = try makeModel(
      cell, variant, vocabulary: Self.vocabularySize, hidden: Self.hiddenSize, layers: Self.layerCount)
    let trainer = makeTrainer(model, regularization, .init(kind: .sgd, learningRate: 0))
    var random = RandomGenerator(seed: 7)
    var states = try model.makeReference().makeZeroStates(batchSize: Self.batchSize)
    for step in 0..<2 {
      let chunk = makeChunk(
        steps: Self.stepCount, batch: Self.batchSize, vocabulary: Self.vocabularySize, isFirst: step == 0,
        random: &random)
      let update = trainer.update(chunk)
      let masks = UpdateMasks(regularization, seed: Self.seed, step: step)
      let weightFactors = masks.weightFactors(for: model)
      let reference = try model.makeReference(weightFactors: weightFactors)
      var factors = masks.reference(for: model, batchSize: Self.batchSize, stepCount: Self.stepCount)
      // The reported loss is that without label smoothing and penalty.
      let (loss, finalStates) = reference.loss(of: chunk.reference, from: states, with: factors)
      #expect(abs(update.lossSum / Double(update.countedCharacters) - loss) < 1e-5)

      factors.labelSmoothing = regularization.labelSmoothing
      factors.temporal = regularization.temporal
      let gradient = reference.gradients(of: chunk.reference, from: states, with: factors)
      let expected = gradient.parameters.pyTorchGradients()
      for tensor in trainer.pyTorchGradients {
        var values = try #require(expected[tensor.name])
        if let weightFactors = weightFactors[tensor.name] { values = zip(values, weightFactors).map(*) }
        let largest = values.reduce(1e-3) { max($0, abs($1)) }
        let error = zip(tensor.elements, values).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
        #expect(error <= variant.gradientTolerance * largest, "\(variant) \(tensor.name)")
      }
      states = finalStates
    }
  }

  @Test(arguments: RecurrentCell.allCases, cases)
  func neitherThreadsNorVectorsChangeABit(cell: RecurrentCell, regularization: Regularization) throws {
    let runs = try (fusedKernels.isEmpty ? availableKernels : fusedKernels).flatMap { kernels in
      try [1, 2, 3].map { threads in
        let model = try makeModel(
          cell, vocabulary: Self.vocabularySize, hidden: Self.hiddenSize, layers: Self.layerCount, kernels: kernels)
        let trainer = makeTrainer(
          model, regularization, .init(kind: .adam, learningRate: 0.01), threads: threads)
        var random = RandomGenerator(seed: 3)
        for step in 0..<4 {
          let chunk = makeChunk(
            steps: Self.stepCount - step, batch: Self.batchSize, vocabulary: Self.vocabularySize, isFirst: step == 0,
            random: &random)
          #expect(trainer.update(chunk).isFinite)
        }
        return model.parameters.elements.map(\.bitPattern)
      }
    }
    #expect(runs.allSatisfy { $0 == runs[0] })
  }

  private func makeTrainer(
    _ model: LanguageModel, _ regularization: Regularization, _ optimizer: OptimizerConfiguration, threads: Int = 2
  ) -> ChunkTrainer {
    ChunkTrainer(
      model, optimizer: optimizer, clip: nil, regularization: regularization, seed: Self.seed,
      batchSize: Self.batchSize, chunkLength: Self.stepCount, threadCount: threads)
  }
}

extension UpdateMasks {
  /// Returns the masks of outputs and characters as factors.
  func reference(for model: LanguageModel, batchSize: Int, stepCount: Int) -> ReferenceModel.Regularization {
    var result = ReferenceModel.Regularization.none
    let masks = (0..<model.configuration.layerCount).compactMap(output(ofLayer:))
    result.outputFactors = masks.map { mask in
      (0..<stepCount).map { step in
        (0..<batchSize).map { row in
          let factors = mask.factors(
            ofRow: row, step: step, count: model.configuration.hiddenSize, model.kernels)
          return Vector(factors.map(Double.init))
        }
      }
    }
    if let input {
      result.inputFactors = (0..<stepCount).map { step in
        (0..<batchSize).map { Double(input.factor(ofRow: $0, step: step)) }
      }
    }
    return result
  }

  /// Returns the factors of the tensors of a model, in PyTorch's layout.
  func weightFactors(for model: LanguageModel) -> [String: [Double]] {
    let hidden = model.configuration.hiddenSize
    var result: [String: [Double]] = [:]
    for layer in 0..<model.configuration.layerCount {
      guard let mask = recurrentWeights(ofLayer: layer) else { continue }
      let gateCount = model.configuration.cell.description.pyTorchGateCount
      // (gate, unit, unit of h′)
      result["rnn.weight_hh_l\(layer)"] = (0..<gateCount).flatMap { gate in
        let columns = (0..<hidden).map {
          mask.mask.factors(ofRow: mask.row(pyTorchGate: gate, from: $0), count: hidden, model.kernels)
        }
        return (0..<hidden).flatMap { unit in columns.map { Double($0[unit]) } }
      }
    }
    return result
  }
}

extension LanguageModel {
  /// Returns the same model in scalar Double, with some tensors multiplied elementwise by factors.
  fileprivate func makeReference(weightFactors: [String: [Double]]) throws -> any ReferenceLanguageModelProtocol {
    let masked = LanguageModel(copying: self)
    let tensors = pyTorchTensors.map { tensor in
      let factors = weightFactors[tensor.name] ?? tensor.elements.map { _ in 1 }
      return (tensor.name, zip(tensor.elements, factors).map { $0 * Float($1) })
    }
    masked.setParameters(pyTorchTensors: Dictionary(uniqueKeysWithValues: tensors))
    return try masked.makeReference()
  }
}

extension StateMask {
  func factors(ofRow row: Int, step: Int, count: Int, _ kernels: KernelSet) -> [Float] {
    mask.factors(ofRow: self.row(row, step: step), count: count, kernels)
  }
}

extension RandomMask {
  /// Returns the factors of the first elements of a row.
  func factors(ofRow row: UInt64, count: Int, _ kernels: KernelSet) -> [Float] {
    let ones = GuardedFloats([Float](repeating: 1, count: (count + 15) / 16 * 16))
    kernels.dropOut(self, row, 1, 0, ones.count, ones.pointer, ones.count, ones.pointer)
    #expect(ones.guardsAreUntouched)
    return Array(ones.values.prefix(count))
  }
}
