import ReferenceModel
import Testing

@testable import GradientChecking
@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of the gradient check that `lstm-study gradients` runs.
struct GradientCheckTests {
  private func gradients(
    _ cell: RecurrentCell, _ variant: Variant = .plain, hidden: Int = 3
  ) throws -> EngineGradients {
    let model = try makeModel(cell, variant, vocabulary: 5, hidden: hidden, layers: 2)
    var random = RandomGenerator(seed: 3)
    let chunks = (0..<2).map { makeChunk(steps: 3, batch: 2, vocabulary: 5, isFirst: $0 == 0, random: &random) }
    return try EngineGradients(of: model, on: chunks, threadCount: 1)
  }

  @Test(arguments: RecurrentCell.allCases, Variant.allCases)
  func rightGradientsPass(cell: RecurrentCell, variant: Variant) throws {
    let engine = try gradients(cell, variant)
    let check = GradientCheck(engine, entryCount: 1)
    #expect(check.passes, "\(check.tensors.filter { !$0.passes })")
    #expect(check.tensors.map(\.name) == engine.model.parameters.map(\.name))
    #expect(check.tensors.allSatisfy { $0.entries.count == 1 })
    #expect(check.tensors.contains { $0.engineError > 0 })
    #expect(abs(check.engineLoss - check.referenceLoss) < 1e-5)
  }

  @Test func whatTheStateIsBeforeTheChunkCounts() throws {
    let engine = try gradients(.lstm())
    let zero = engine.model.makeZeroStates(batchSize: 2)
    #expect(engine.states != zero)
    let check = GradientCheck(
      engine.gradients, loss: engine.loss, engine.model, on: engine.chunk, from: zero, entryCount: 1, seed: 1)
    #expect(!check.passes)
  }

  @Test func aWrongElementOfTheEngineFails() throws {
    let engine = try gradients(.gru())
    for position in engine.gradients.indices {
      var wrong = engine.gradients
      let largest = wrong[position].values.map(abs).max() ?? 0
      let last = wrong[position].values.count - 1
      wrong[position].values[last] += max(1e-3 * largest, 1e-6)
      let check = GradientCheck(
        wrong, loss: engine.loss, engine.model, on: engine.chunk, from: engine.states, entryCount: 1, seed: 1)
      #expect(check.tensors.filter { !$0.passes }.map(\.name) == [wrong[position].name])
    }
    var broken = engine.gradients
    broken[0].values[0] = .nan
    #expect(
      !GradientCheck(
        broken, loss: engine.loss, engine.model, on: engine.chunk, from: engine.states, entryCount: 1, seed: 1
      ).passes)
  }

  @Test func equationsThatAreNoSlopesFail() throws {
    let engine = try gradients(.rnn())
    let model = DoubledGradients(model: engine.model)
    let doubled = engine.gradients.map { tensor in
      var tensor = tensor
      tensor.values = tensor.values.map { 2 * $0 }
      return tensor
    }
    let check = GradientCheck(
      doubled, loss: engine.loss, model, on: engine.chunk, from: engine.states, entryCount: 2, seed: 1)
    #expect(check.tensors.allSatisfy { $0.engineError < GradientCheck.usualEngineTolerance })
    #expect(!check.passes && check.tensors.contains { $0.referenceError > 0.1 })
  }

  @Test func itCanBeStopped() throws {
    var fractions: [Double] = []
    let check = GradientCheck(try gradients(.rnn()), entryCount: 1) {
      fractions.append($0)
      return fractions.count < 3
    }
    #expect(check.tensors.count == 2 && fractions.first == 0 && fractions == fractions.sorted())
  }
}

/// A model that reports twice its gradients.
private struct DoubledGradients: ReferenceLanguageModelProtocol {
  var model: any ReferenceLanguageModelProtocol

  var parameters: [NamedTensor] {
    get { model.parameters }
    set { model.parameters = newValue }
  }

  func makeZeroStates(batchSize: Int) -> [[CellState]] { model.makeZeroStates(batchSize: batchSize) }

  func loss(
    of chunk: ReferenceModel.Chunk, from initialStates: [[CellState]],
    with regularization: ReferenceModel.Regularization
  ) -> (loss: Double, finalStates: [[CellState]]) {
    model.loss(of: chunk, from: initialStates, with: regularization)
  }

  func gradients(
    of chunk: ReferenceModel.Chunk, from initialStates: [[CellState]],
    with regularization: ReferenceModel.Regularization
  ) -> (parameters: DoubledGradients, initialStates: [[CellState]], states: [[[CellState]]]) {
    let (gradient, initialStates, states) = model.gradients(of: chunk, from: initialStates, with: regularization)
    var doubled = gradient
    doubled.parameters = doubled.parameters.map { tensor in
      var tensor = tensor
      tensor.values = tensor.values.map { 2 * $0 }
      return tensor
    }
    return (DoubledGradients(model: doubled), initialStates, states)
  }

  func pyTorchTensors() -> PyTorchTensors { model.pyTorchTensors() }
}
